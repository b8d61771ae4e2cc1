import type { KernelProfile } from '../../compile/executable.js';
import type { KernelStep } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import type { WebGpuDevice } from './device.js';
import { timePasses } from './gpu-clock.js';
import { type Roofline, rooflineOf } from './roofline.js';

export interface ProfiledDispatch {
  readonly label: string;
  readonly node: Node;
  readonly step: KernelStep;
  /** The memory of each of the step's bindings. */
  readonly entries: readonly { readonly resource: Required<GPUBufferBinding> }[];
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

/** Each dispatch in a pass of its own, and beside what the device's own peaks allow. `begin` is called before the first. */
export async function profileDispatches(
  device: WebGpuDevice,
  dispatches: readonly ProfiledDispatch[],
  begin: () => void,
): Promise<KernelProfile[]> {
  const roofline = await rooflineOf(device);
  begin();
  const spans = await timePasses(
    device,
    dispatches.map(({ label, pipeline, bindGroup, step }) => ({
      label,
      encode: (pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(...step.workgroups);
      },
    })),
  );
  return dispatches.map((dispatch, index) => {
    const { label, step } = dispatch;
    const { flops = 0 } = step;
    const bytes = traffic(dispatch);
    const { start, microseconds } = spans[index]!;
    const timed = microseconds > 0 ? microseconds : Number.NaN;
    return {
      label,
      kernel: step.kernel.name,
      startMicroseconds: start,
      microseconds,
      gflops: flops / timed / 1e3,
      gigabytesPerSecond: bytes / timed / 1e3,
      ...(roofline === undefined ? {} : beside(roofline, { flops, bytes, microseconds: timed })),
    };
  });
}

/** Bytes of the memories bound: each once, though an operand that was not given has another stand in; updated state twice. */
function traffic({ node, step: { bindings }, entries }: ProfiledDispatch): number {
  return bindings.reduce((bytes, { buffer: { kind, index } }, binding) => {
    const first = bindings.findIndex(({ buffer }) => buffer.kind === kind && buffer.index === index);
    if (first !== binding) return bytes;
    const updates = kind === 'output' && node.op.inPlace?.some(([output]) => output === index);
    return bytes + entries[binding]!.resource.size * (updates ? 2 : 1);
  }, 0);
}

/** The roofline model (Williams, Waterman & Patterson 2009): no faster than min(peak, intensity · bandwidth). */
function beside(
  { gflops, gigabytesPerSecond }: Roofline,
  { flops, bytes, microseconds }: { readonly flops: number; readonly bytes: number; readonly microseconds: number },
): Pick<KernelProfile, 'percentOfRoofline' | 'bound'> {
  const [computing, moving] = [flops / gflops / 1e3, bytes / gigabytesPerSecond / 1e3];
  return {
    percentOfRoofline: (100 * Math.max(computing, moving)) / microseconds,
    bound: computing > moving ? 'compute' : 'memory',
  };
}
