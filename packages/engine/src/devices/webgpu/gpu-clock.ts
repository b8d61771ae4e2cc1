import type { WebGpuDevice } from './device.js';
import { BufferUsage } from './usage.js';

/** What lies between two readings of the clock: passed to a pass of its own. */
export interface TimedPass {
  readonly label: string;
  readonly encode: (pass: GPUComputePassEncoder) => void;
}

/** In microseconds since the first pass began. */
export interface TimedSpan {
  readonly start: number;
  readonly microseconds: number;
}

/** WebGPU's upper bound on the queries of one set. */
const MAX_QUERIES = 4096;
const BYTES_PER_QUERY = 8;

/**
 * When each pass began and how long it took: by timestamp queries where the device has them, else by the wall clock around
 * a submit of its own. Browsers let timestamps step by 100 µs, so that short passes may take none.
 */
export async function timePasses(device: WebGpuDevice, passes: readonly TimedPass[]): Promise<TimedSpan[]> {
  const spans: TimedSpan[] = [];
  if (device.gpu.features.has('timestamp-query')) {
    for (let from = 0; from < passes.length; from += MAX_QUERIES / 2) {
      const after = spans.at(-1);
      const offset = after === undefined ? 0 : after.start + after.microseconds;
      const timed = await byTimestamps(device, passes.slice(from, from + MAX_QUERIES / 2));
      spans.push(...timed.map(({ start, microseconds }) => ({ start: offset + start, microseconds })));
    }
  } else {
    const begun = performance.now();
    for (const pass of passes) spans.push(await byWallClock(device, pass, begun));
  }
  return spans;
}

async function byTimestamps(device: WebGpuDevice, passes: readonly TimedPass[]): Promise<TimedSpan[]> {
  const { gpu } = device;
  const count = passes.length * 2;
  const querySet = gpu.createQuerySet({ label: 'profile', type: 'timestamp', count });
  const resolved = gpu.createBuffer({
    label: 'profile',
    size: count * BYTES_PER_QUERY,
    usage: BufferUsage.QUERY_RESOLVE | BufferUsage.COPY_SRC,
  });
  try {
    const encoder = gpu.createCommandEncoder({ label: 'profile' });
    for (const [index, { label, encode }] of passes.entries()) {
      const pass = encoder.beginComputePass({
        label,
        timestampWrites: { querySet, beginningOfPassWriteIndex: 2 * index, endOfPassWriteIndex: 2 * index + 1 },
      });
      encode(pass);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    device.submit(encoder.finish());
    const times = new BigUint64Array(await device.readBuffer(resolved, 0, count * BYTES_PER_QUERY, 'profile'));
    return passes.map((_, index) => {
      const [begin, end] = [times[2 * index]!, times[2 * index + 1]!];
      return { start: Number(begin - times[0]!) / 1e3, microseconds: Number(end - begin) / 1e3 };
    });
  } finally {
    querySet.destroy();
    resolved.destroy();
  }
}

async function byWallClock(device: WebGpuDevice, { label, encode }: TimedPass, begun: number): Promise<TimedSpan> {
  const encoder = device.gpu.createCommandEncoder({ label });
  const pass = encoder.beginComputePass({ label });
  encode(pass);
  pass.end();
  const start = performance.now();
  device.submit(encoder.finish());
  await device.gpu.queue.onSubmittedWorkDone();
  return { start: (start - begun) * 1e3, microseconds: (performance.now() - start) * 1e3 };
}
