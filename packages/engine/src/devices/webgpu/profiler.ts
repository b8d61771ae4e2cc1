import type { KernelProfile } from '../../compile/executable.js';
import type { WebGpuDevice } from './device.js';
import { BufferUsage } from './usage.js';

export interface ProfiledDispatch {
  readonly label: string;
  readonly kernel: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
  readonly flops: number;
  /** Bytes bound, each binding counted once. */
  readonly bytes: number;
}

/** WebGPU's upper bound on the queries of one set. */
const MAX_QUERIES = 4096;
const BYTES_PER_QUERY = 8;

/**
 * Each dispatch in a pass of its own, timed by timestamp queries where the device has them, else by the wall clock
 * around a submit of its own.
 */
export async function profileDispatches(
  device: WebGpuDevice,
  dispatches: readonly ProfiledDispatch[],
): Promise<KernelProfile[]> {
  const microseconds: number[] = [];
  if (device.hasTimestamps) {
    for (let from = 0; from < dispatches.length; from += MAX_QUERIES / 2) {
      microseconds.push(...(await timed(device, dispatches.slice(from, from + MAX_QUERIES / 2))));
    }
  } else {
    for (const dispatch of dispatches) microseconds.push(await wallClock(device, dispatch));
  }
  return dispatches.map(({ label, kernel, flops, bytes }, index) => {
    const time = microseconds[index]!;
    return { label, kernel, microseconds: time, gflops: flops / time / 1e3, gigabytesPerSecond: bytes / time / 1e3 };
  });
}

async function timed(device: WebGpuDevice, dispatches: readonly ProfiledDispatch[]): Promise<number[]> {
  const { gpu } = device;
  const count = dispatches.length * 2;
  const querySet = gpu.createQuerySet({ label: 'profile', type: 'timestamp', count });
  const resolved = gpu.createBuffer({
    label: 'profile',
    size: count * BYTES_PER_QUERY,
    usage: BufferUsage.QUERY_RESOLVE | BufferUsage.COPY_SRC,
  });
  try {
    const encoder = gpu.createCommandEncoder({ label: 'profile' });
    for (const [index, { label, pipeline, bindGroup, workgroups }] of dispatches.entries()) {
      const pass = encoder.beginComputePass({
        label,
        timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * index, endOfPassWriteIndex: 2 * index + 1 },
      });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    device.submit(encoder.finish());
    const times = new BigUint64Array(await device.readBuffer(resolved, 0, count * BYTES_PER_QUERY, 'profile'));
    return dispatches.map((_, index) => Number(times[2 * index + 1]! - times[2 * index]!) / 1e3);
  } finally {
    querySet.destroy();
    resolved.destroy();
  }
}

async function wallClock(
  device: WebGpuDevice,
  { label, pipeline, bindGroup, workgroups }: ProfiledDispatch,
): Promise<number> {
  const encoder = device.gpu.createCommandEncoder({ label });
  const pass = encoder.beginComputePass({ label });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...workgroups);
  pass.end();
  const start = performance.now();
  device.submit(encoder.finish());
  await device.gpu.queue.onSubmittedWorkDone();
  return (performance.now() - start) * 1e3;
}
