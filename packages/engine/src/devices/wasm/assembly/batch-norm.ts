import { addToSum, clearSums, sumOf } from './channel-sums';
import { activateFast, activationFloor, sumLanes } from './math';
import { shareStart, storeFirst } from './partition';
import { sumRow } from './reduce';

/** x and y [batch, channels, length], all else [channels]. */
@unmanaged
class NormParameters {
  x: usize;
  weight: usize;
  bias: usize;
  y: usize;
  mean: usize;
  /** Training: the inverse deviation, written. Inference: the running variance, read. */
  spread: usize;
  /** Of training only. */
  runningMean: usize;
  runningVariance: usize;
  /** f64 [channels]. */
  sums: usize;
  batch: i32;
  channels: i32;
  length: i32;
  epsilon: f32;
  momentum: f32;
  activation: i32;
}

/**
 * Threads share the channels. Statistics in two passes, mean first and then centred squares; rows are summed in f32
 * lanes, the rows' sums in f64. Each pass goes through the samples in order with all the thread's channels, because that
 * is how they lie in memory: a channel at a time took twice as long at 256 samples.
 */
export function batchNormTraining(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormParameters>(parameters);
  const from = shareStart(p.channels, thread, threads);
  const end = shareStart(p.channels, thread + 1, threads);
  const count = <f64>p.batch * <f64>p.length;
  clearSums(p.sums, from, end);
  for (let b = 0; b < p.batch; b++) {
    for (let channel = from; channel < end; channel++) {
      addToSum(p.sums, channel, sumRow(rowOf(p, p.x, b, channel), p.length));
    }
  }
  for (let channel = from; channel < end; channel++) {
    store<f32>(p.mean + ((<usize>channel) << 2), <f32>(sumOf(p.sums, channel) / count));
  }
  clearSums(p.sums, from, end);
  for (let b = 0; b < p.batch; b++) {
    for (let channel = from; channel < end; channel++) {
      const mean = load<f32>(p.mean + ((<usize>channel) << 2));
      addToSum(p.sums, channel, squaresOfRow(rowOf(p, p.x, b, channel), p.length, mean));
    }
  }
  const kept: f32 = 1 - p.momentum;
  for (let channel = from; channel < end; channel++) {
    const at = (<usize>channel) << 2;
    const squares = sumOf(p.sums, channel);
    store<f32>(p.spread + at, <f32>(1 / sqrt<f64>(squares / count + p.epsilon)));
    store<f32>(p.runningMean + at, kept * load<f32>(p.runningMean + at) + p.momentum * load<f32>(p.mean + at));
    const variance = <f32>(squares / (count - 1));
    store<f32>(p.runningVariance + at, kept * load<f32>(p.runningVariance + at) + p.momentum * variance);
  }
  for (let b = 0; b < p.batch; b++) {
    for (let channel = from; channel < end; channel++) {
      normaliseRow(p, b, channel, load<f32>(p.spread + ((<usize>channel) << 2)));
    }
  }
}

/** Threads share the rows. */
export function batchNormInference(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormParameters>(parameters);
  const end = shareStart(p.batch * p.channels, thread + 1, threads);
  for (let row = shareStart(p.batch * p.channels, thread, threads); row < end; row++) {
    const channel = row % p.channels;
    const inverse: f32 = 1 / sqrt<f32>(load<f32>(p.spread + ((<usize>channel) << 2)) + p.epsilon);
    normaliseRow(p, row / p.channels, channel, inverse);
  }
}

function rowOf(p: NormParameters, tensor: usize, b: i32, channel: i32): usize {
  return tensor + <usize>(b * p.channels + channel) * <usize>p.length * 4;
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

function normaliseRow(p: NormParameters, b: i32, channel: i32, inverse: f32): void {
  const at = (<usize>channel) << 2;
  const centre = v128.load32_splat(p.mean + at);
  const factor = f32x4.splat(load<f32>(p.weight + at) * inverse);
  const shift = v128.load32_splat(p.bias + at);
  const code = p.activation;
  const floor = activationFloor(code);
  let x = rowOf(p, p.x, b, channel);
  let y = rowOf(p, p.y, b, channel);
  let left = p.length;
  for (; left >= 4; left -= 4, x += 16, y += 16) {
    const z = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x), centre), factor), shift);
    v128.store(y, activateFast(code, floor, z));
  }
  const z = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x), centre), factor), shift);
  storeFirst(y, activateFast(code, floor, z), left);
}
