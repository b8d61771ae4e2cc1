import { type Device, Parameters, type ParameterValues, type Tensor } from '@ecgpu/engine';
import { type Entry, relativeError, timed } from '../measurement/contender.js';
import { type OwnDevice, REFERENCE } from './ecgpu.js';

/** One op, or a few, on operands that lie on the device. */
export interface OwnKernel {
  readonly operands: ParameterValues;
  readonly build: (operand: (name: string) => Tensor) => Tensor;
}

async function compileKernel(device: Device, { operands, build }: OwnKernel) {
  const parameters = new Parameters(device, operands);
  return device.compile({}, () => ({ result: build((name) => parameters.get(name)) }));
}

/** What the f64 reference computes. */
export async function expectedOf(kernel: OwnKernel): Promise<Float32Array> {
  const device = await REFERENCE.open();
  const program = await compileKernel(device, kernel);
  program.run({});
  const values = (await program.read('result')) as Float32Array;
  device.close();
  return values;
}

export function kernelEntry(own: OwnDevice, kernel: OwnKernel, expected: Float32Array): Entry {
  const open = async () => {
    const device = await own.open();
    const program = await compileKernel(device, kernel);
    program.run({});
    const error = relativeError(await program.read('result'), expected);
    // Reading one number waits for all that was queued before, and does not carry the result across.
    const fence = device.createStorage('f32', 1, 'fence');
    return {
      error,
      sample: (iterations: number) =>
        timed(async () => {
          for (let i = 0; i < iterations; i++) program.run({});
          await fence.read();
        }),
      close: () => device.close(),
    };
  };
  return { name: own.name, open, ...(own.simdThreads === undefined ? {} : { simdThreads: own.simdThreads }) };
}
