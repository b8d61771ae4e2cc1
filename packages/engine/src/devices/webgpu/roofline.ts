import type { WebGpuDevice } from './device.js';
import { timePasses } from './gpu-clock.js';
import computeWgsl from './roofline-compute.wgsl';
import copyWgsl from './roofline-copy.wgsl';
import { BufferUsage } from './usage.js';

/** What a device's own kernels reach at best: the two sides of its roofline. */
export interface Roofline {
  /** f32, multiply and add counted as two, from multiply-adds in registers. */
  readonly gflops: number;
  /** Of device memory, read and written, from a copy that no cache holds. */
  readonly gigabytesPerSecond: number;
}

/** Shorter passes measure the clock and the launch instead. */
const SHORTEST = 2000;
const REPEATS = 3;

const ROUNDS = 256;
const FLOPS_PER_THREAD = ROUNDS * 8 * 4 * 2;
const FEWEST_GROUPS = 16;
const MOST_GROUPS = 32_768;

/** Each side of the copy: together beyond the 50 MB of the largest caches that GPUs have now. */
const COPY_BYTES = 64 << 20;
const MOST_COPIES = 256;

const known = new WeakMap<WebGpuDevice, Promise<Roofline | undefined>>();

/** Measured at the first call and remembered; undefined where the device has no memory left for it. */
export function rooflineOf(device: WebGpuDevice): Promise<Roofline | undefined> {
  const measured = known.get(device) ?? measure(device);
  known.set(device, measured);
  return measured;
}

async function measure(device: WebGpuDevice): Promise<Roofline | undefined> {
  const { gpu, limits } = device;
  const side = Math.min(COPY_BYTES, limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  gpu.pushErrorScope('out-of-memory');
  const buffers = [4 * ROUNDS, side, side].map((size) =>
    gpu.createBuffer({ label: 'roofline', size, usage: BufferUsage.STORAGE }),
  );
  try {
    if ((await gpu.popErrorScope()) !== null) return undefined;
    const [kept, source, target] = buffers as [GPUBuffer, GPUBuffer, GPUBuffer];
    return {
      gflops: await peakGflops(device, kept),
      gigabytesPerSecond: await peakBandwidth(device, source, target),
    };
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

async function peakGflops(device: WebGpuDevice, kept: GPUBuffer): Promise<number> {
  const run = await prepare(device, computeWgsl, [kept]);
  let groups = FEWEST_GROUPS;
  while (groups < MOST_GROUPS && (await run(groups, 1)) < SHORTEST) groups *= 2;
  return (groups * 64 * FLOPS_PER_THREAD) / (await shortest(() => run(groups, 1))) / 1e3;
}

async function peakBandwidth(device: WebGpuDevice, source: GPUBuffer, target: GPUBuffer): Promise<number> {
  const run = await prepare(device, copyWgsl, [source, target]);
  const groups = Math.ceil(source.size / 16 / 256);
  let copies = 1;
  while (copies < MOST_COPIES && (await run(groups, copies)) < SHORTEST) copies *= 2;
  return (copies * 2 * source.size) / (await shortest(() => run(groups, copies))) / 1e3;
}

/** Microseconds of `times` dispatches in one pass. */
async function prepare(device: WebGpuDevice, code: string, buffers: readonly GPUBuffer[]) {
  const { gpu } = device;
  const module = gpu.createShaderModule({ label: 'roofline', code });
  const pipeline = await gpu.createComputePipelineAsync({ label: 'roofline', layout: 'auto', compute: { module } });
  const bindGroup = gpu.createBindGroup({
    label: 'roofline',
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return async (groups: number, times: number): Promise<number> => {
    const encode = (pass: GPUComputePassEncoder) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      for (let n = 0; n < times; n++) pass.dispatchWorkgroups(groups);
    };
    const [span] = await timePasses(device, [{ label: 'roofline', encode }]);
    return span!.microseconds;
  };
}

/** Load on the machine only ever adds. */
async function shortest(run: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < REPEATS; n++) least = Math.min(least, await run());
  return least;
}
