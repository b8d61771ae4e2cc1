import { activationSlope } from './elementwise';
import { activateFast, activationFloor, sumLanes } from './math';
import { shareStart, storeFirst } from './partition';
import { sumRow } from './reduce';
import { lanesBelow, scaleRow } from './softmax';

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
  batch: i32;
  channels: i32;
  length: i32;
  epsilon: f32;
  momentum: f32;
  activation: i32;
}

/**
 * Threads share the channels. Statistics in two passes, mean first and then centred squares; rows are summed in f32
 * lanes, the rows' sums in f64.
 */
export function batchNormTraining(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormParameters>(parameters);
  const end = shareStart(p.channels, thread + 1, threads);
  const count = <f64>p.batch * <f64>p.length;
  for (let channel = shareStart(p.channels, thread, threads); channel < end; channel++) {
    const at = (<usize>channel) << 2;
    let sum: f64 = 0;
    for (let b = 0; b < p.batch; b++) sum += sumRow(rowOf(p, p.x, b, channel), p.length);
    const mean = <f32>(sum / count);
    let squares: f64 = 0;
    for (let b = 0; b < p.batch; b++) squares += squaresOfRow(rowOf(p, p.x, b, channel), p.length, mean);
    const inverse = <f32>(1 / sqrt<f64>(squares / count + p.epsilon));
    store<f32>(p.mean + at, mean);
    store<f32>(p.spread + at, inverse);
    const kept: f32 = 1 - p.momentum;
    store<f32>(p.runningMean + at, kept * load<f32>(p.runningMean + at) + p.momentum * mean);
    const variance = <f32>(squares / (count - 1));
    store<f32>(p.runningVariance + at, kept * load<f32>(p.runningVariance + at) + p.momentum * variance);
    normaliseChannel(p, channel, mean, inverse);
  }
}

export function batchNormInference(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormParameters>(parameters);
  const end = shareStart(p.channels, thread + 1, threads);
  for (let channel = shareStart(p.channels, thread, threads); channel < end; channel++) {
    const at = (<usize>channel) << 2;
    const inverse: f32 = 1 / sqrt<f32>(load<f32>(p.spread + at) + p.epsilon);
    normaliseChannel(p, channel, load<f32>(p.mean + at), inverse);
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

function normaliseChannel(p: NormParameters, channel: i32, mean: f32, inverse: f32): void {
  const at = (<usize>channel) << 2;
  const centre = f32x4.splat(mean);
  const factor = f32x4.splat(load<f32>(p.weight + at) * inverse);
  const shift = v128.load32_splat(p.bias + at);
  const code = p.activation;
  const floor = activationFloor(code);
  for (let b = 0; b < p.batch; b++) {
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
}

@unmanaged
class NormGradientParameters {
  dy: usize;
  x: usize;
  y: usize;
  weight: usize;
  mean: usize;
  /** Training: the inverse deviation. Otherwise the variance. */
  spread: usize;
  dx: usize;
  dweight: usize;
  dbias: usize;
  batch: i32;
  channels: i32;
  length: i32;
  epsilon: f32;
  activation: i32;
  training: i32;
}

/**
 * With dz = dy·f′(y): dbias = Σ dz, dweight = Σ dz·x̂, dx = weight/deviation·(dz − dbias/n − x̂·dweight/n). dx holds dz in
 * between.
 */
export function batchNormGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormGradientParameters>(parameters);
  const end = shareStart(p.channels, thread + 1, threads);
  const count = <f64>p.batch * <f64>p.length;
  for (let channel = shareStart(p.channels, thread, threads); channel < end; channel++) {
    const at = (<usize>channel) << 2;
    const mean = load<f32>(p.mean + at);
    const spread = load<f32>(p.spread + at);
    const inverse: f32 = p.training ? spread : 1 / sqrt<f32>(spread + p.epsilon);
    sum = 0;
    along = 0;
    for (let b = 0; b < p.batch; b++) {
      const row = <usize>(b * p.channels + channel) * <usize>p.length * 4;
      sumSlopes(p.activation, p.dy + row, p.y + row, p.x + row, p.dx + row, p.length, mean);
    }
    const dweight = along * inverse;
    store<f32>(p.dbias + at, <f32>sum);
    store<f32>(p.dweight + at, <f32>dweight);
    const factor = load<f32>(p.weight + at) * inverse;
    const meanOfDz: f32 = p.training ? <f32>(sum / count) : 0;
    const slope: f32 = p.training ? <f32>((dweight * inverse) / count) : 0;
    for (let b = 0; b < p.batch; b++) {
      const row = <usize>(b * p.channels + channel) * <usize>p.length * 4;
      if (p.training) gradientOfRow(p.dx + row, p.x + row, p.length, mean, meanOfDz, slope, factor);
      else scaleRow(p.dx + row, p.length, factor);
    }
  }
}

/** Where a thread gathers Σ dz and Σ dz·(x − mean) of a channel; every thread is an instance with its own. */
let sum: f64 = 0;
let along: f64 = 0;

/** dz = dy·f′(y) of one row, and its sums. */
function sumSlopes(code: i32, dy: usize, y: usize, x: usize, dz: usize, count: i32, mean: f32): void {
  const zero = f32x4.splat(0);
  const centre = f32x4.splat(mean);
  let s = zero;
  let a = zero;
  for (; count > 0; count -= 4, dy += 16, y += 16, x += 16, dz += 16) {
    const value = v128.load(y);
    let slope = v128.load(dy);
    if (code === 1) {
      // 0 where y is not above 0, but NaN where y is.
      slope = v128.bitselect(v128.and(slope, f32x4.gt(value, zero)), value, f32x4.eq(value, value));
    } else if (code > 1) slope = f32x4.mul(slope, activationSlope(code, value));
    let distance = f32x4.sub(v128.load(x), centre);
    if (count >= 4) v128.store(dz, slope);
    else {
      storeFirst(dz, slope, count);
      // What lies behind the row is someone else's.
      slope = v128.and(slope, lanesBelow(count));
      distance = v128.and(distance, lanesBelow(count));
    }
    s = f32x4.add(s, slope);
    a = f32x4.add(a, f32x4.mul(slope, distance));
  }
  sum += sumLanes(s);
  along += sumLanes(a);
}

/** dz ← factor·(dz − shift − (x − mean)·slope). */
function gradientOfRow(dz: usize, x: usize, count: i32, mean: f32, shift: f32, slope: f32, factor: f32): void {
  for (; count > 0; count -= 4, dz += 16, x += 16) {
    const along = f32x4.mul(f32x4.sub(v128.load(x), f32x4.splat(mean)), f32x4.splat(slope));
    const value = f32x4.mul(f32x4.splat(factor), f32x4.sub(f32x4.sub(v128.load(dz), f32x4.splat(shift)), along));
    if (count >= 4) v128.store(dz, value);
    else storeFirst(dz, value, count);
  }
}
