import { type Entry, relativeError, timed } from '../measurement/contender.js';
import { RawWebGpu } from './raw-webgpu.js';

export interface NaiveKernel {
  readonly source: string;
  readonly constants: Readonly<Record<string, number>>;
  /** Bound in this order, the output behind them. */
  readonly inputs: readonly Float32Array[];
  readonly workgroups: readonly [number, number, number];
}

export function naiveEntry(kernel: NaiveKernel, expected: Float32Array): Entry {
  const open = async () => {
    const gpu = await RawWebGpu.open();
    const pipeline = await gpu.pipeline(kernel.source, kernel.constants);
    const output = gpu.buffer(new Float32Array(expected.length));
    const bindGroup = gpu.bindGroup(pipeline, [...kernel.inputs.map((values) => gpu.buffer(values)), output]);
    gpu.dispatch(pipeline, bindGroup, kernel.workgroups);
    return {
      error: relativeError(await gpu.read(output), expected),
      sample: (iterations: number) =>
        timed(async () => {
          for (let i = 0; i < iterations; i++) gpu.dispatch(pipeline, bindGroup, kernel.workgroups);
          await gpu.settle(output);
        }),
      close: () => gpu.device.destroy(),
    };
  };
  return { name: 'naive kernel webgpu', open };
}
