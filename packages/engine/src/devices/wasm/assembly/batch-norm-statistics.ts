import { CHANNELS, totalChannels, totalOf } from './channel-totals';
import { sumLanes } from './math';
import { alignedShare, shareStart } from './partition';
import { sumRow } from './reduce';

/*
 * The statistics of x [batch, channels, length] in two passes, mean first and then centred squares. Rows are summed in f32
 * lanes, the rows' sums in f64. Threads share the rows of all samples, each a stretch of memory, and then the channels of the
 * rows' sums: with channels shared for the passes too, each thread read every other stretch of what both had written, and
 * two of them took longer than one.
 */

@unmanaged
class RowSumParameters {
  x: usize;
  /** [batch, channels]. */
  rowSums: usize;
  rows: i32;
  length: i32;
}

export function batchNormSums(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<RowSumParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    store<f32>(p.rowSums + ((<usize>row) << 2), sumRow(p.x + <usize>row * <usize>p.length * 4, p.length));
  }
}

@unmanaged
class MeanParameters {
  rowSums: usize;
  /** f64 [channels], up to a multiple of four. */
  totals: usize;
  mean: usize;
  batch: i32;
  channels: i32;
  length: i32;
}

export function batchNormMeans(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<MeanParameters>(parameters);
  const count = <f64>p.batch * <f64>p.length;
  const end = alignedShare(p.channels, CHANNELS, thread + 1, threads);
  for (let first = alignedShare(p.channels, CHANNELS, thread, threads); first < end; first += CHANNELS) {
    totalChannels(p.rowSums, p.batch, p.channels, first, p.totals);
    for (let channel = first; channel < min(end, first + CHANNELS); channel++) {
      store<f32>(p.mean + ((<usize>channel) << 2), <f32>(totalOf(p.totals, channel) / count));
    }
  }
}

@unmanaged
class SquareParameters {
  x: usize;
  mean: usize;
  /** [batch, channels]. */
  rowSums: usize;
  rows: i32;
  channels: i32;
  length: i32;
}

export function batchNormSquares(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<SquareParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const mean = load<f32>(p.mean + ((<usize>(row % p.channels)) << 2));
    const squares = squaresOfRow(p.x + <usize>row * <usize>p.length * 4, p.length, mean);
    store<f32>(p.rowSums + ((<usize>row) << 2), squares);
  }
}

function squaresOfRow(x: usize, count: i32, mean: f32): f32 {
  const centre = f32x4.splat(mean);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let i = 0;
  for (; i + 8 <= count; i += 8, x += 32) {
    const d0 = f32x4.sub(v128.load(x), centre);
    const d1 = f32x4.sub(v128.load(x, 16), centre);
    s0 = f32x4.add(s0, f32x4.mul(d0, d0));
    s1 = f32x4.add(s1, f32x4.mul(d1, d1));
  }
  let rest: f32 = 0;
  for (; i < count; i++, x += 4) {
    const d = load<f32>(x) - mean;
    rest += d * d;
  }
  return sumLanes(f32x4.add(s0, s1)) + rest;
}

@unmanaged
class SpreadParameters {
  rowSums: usize;
  /** f64 [channels], up to a multiple of four. */
  totals: usize;
  mean: usize;
  /** The inverse deviation. */
  spread: usize;
  runningMean: usize;
  runningVariance: usize;
  batch: i32;
  channels: i32;
  length: i32;
  epsilon: f32;
  momentum: f32;
}

export function batchNormSpreads(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<SpreadParameters>(parameters);
  const count = <f64>p.batch * <f64>p.length;
  const kept: f32 = 1 - p.momentum;
  const end = alignedShare(p.channels, CHANNELS, thread + 1, threads);
  for (let first = alignedShare(p.channels, CHANNELS, thread, threads); first < end; first += CHANNELS) {
    totalChannels(p.rowSums, p.batch, p.channels, first, p.totals);
    for (let channel = first; channel < min(end, first + CHANNELS); channel++) {
      const at = (<usize>channel) << 2;
      const squares = totalOf(p.totals, channel);
      store<f32>(p.spread + at, <f32>(1 / sqrt<f64>(squares / count + p.epsilon)));
      store<f32>(p.runningMean + at, kept * load<f32>(p.runningMean + at) + p.momentum * load<f32>(p.mean + at));
      const variance = <f32>(squares / (count - 1));
      store<f32>(p.runningVariance + at, kept * load<f32>(p.runningVariance + at) + p.momentum * variance);
    }
  }
}
