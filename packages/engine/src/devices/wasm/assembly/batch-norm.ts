import { activationSlope } from './elementwise';
import { activate, sumLanes } from './math';
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
  for (let b = 0; b < p.batch; b++) {
    const x = rowOf(p, p.x, b, channel);
    const y = rowOf(p, p.y, b, channel);
    for (let i = 0; i < p.length; i += 4) {
      const offset = (<usize>i) << 2;
      const z = f32x4.add(f32x4.mul(f32x4.sub(v128.load(x + offset), centre), factor), shift);
      storeFirst(y + offset, activate(p.activation, z), p.length - i);
    }
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

/** With dz = dy·f′(y): dbias = Σ dz, dweight = Σ dz·x̂, dx = weight/deviation·(dz − dbias/n − x̂·dweight/n). */
export function batchNormGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormGradientParameters>(parameters);
  const end = shareStart(p.channels, thread + 1, threads);
  const count = <f64>p.batch * <f64>p.length;
  for (let channel = shareStart(p.channels, thread, threads); channel < end; channel++) {
    const at = (<usize>channel) << 2;
    const mean = load<f32>(p.mean + at);
    const spread = load<f32>(p.spread + at);
    const inverse: f32 = p.training ? spread : 1 / sqrt<f32>(spread + p.epsilon);
    let sum: f64 = 0;
    let along: f64 = 0;
    for (let b = 0; b < p.batch; b++) {
      const row = <usize>(b * p.channels + channel) * <usize>p.length * 4;
      let s = f32x4.splat(0);
      let a = s;
      for (let i = 0; i < p.length; i += 4) {
        const offset = row + ((<usize>i) << 2);
        let dz = f32x4.mul(v128.load(p.dy + offset), activationSlope(p.activation, v128.load(p.y + offset)));
        let d = f32x4.sub(v128.load(p.x + offset), f32x4.splat(mean));
        const left = p.length - i;
        if (left < 4) {
          // What lies behind the row is someone else's.
          const inside = i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3));
          dz = v128.and(dz, inside);
          d = v128.and(d, inside);
        }
        s = f32x4.add(s, dz);
        a = f32x4.add(a, f32x4.mul(dz, d));
      }
      sum += sumLanes(s);
      along += sumLanes(a);
    }
    const dweight = along * inverse;
    store<f32>(p.dbias + at, <f32>sum);
    store<f32>(p.dweight + at, <f32>dweight);
    const factor = f32x4.splat(load<f32>(p.weight + at) * inverse);
    const meanOfDz: f32 = p.training ? <f32>(sum / count) : 0;
    const slope: f32 = p.training ? <f32>((dweight * inverse) / count) : 0;
    for (let b = 0; b < p.batch; b++) {
      const row = <usize>(b * p.channels + channel) * <usize>p.length * 4;
      for (let i = 0; i < p.length; i += 4) {
        const offset = row + ((<usize>i) << 2);
        let dz = f32x4.mul(v128.load(p.dy + offset), activationSlope(p.activation, v128.load(p.y + offset)));
        if (p.training) {
          const d = f32x4.sub(v128.load(p.x + offset), f32x4.splat(mean));
          dz = f32x4.sub(f32x4.sub(dz, f32x4.splat(meanOfDz)), f32x4.mul(d, f32x4.splat(slope)));
        }
        storeFirst(p.dx + offset, f32x4.mul(factor, dz), p.length - i);
      }
    }
  }
}
