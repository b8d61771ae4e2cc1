import { addToSum, clearSums, sumOf } from './channel-sums';
import { activationSlope } from './elementwise';
import { sumLanes } from './math';
import { shareStart, storeFirst } from './partition';
import { lanesBelow, scaleRow } from './softmax';

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
  /** f64 [channels]: Σ dz. */
  sums: usize;
  /** f64 [channels]: Σ dz·(x − mean). */
  products: usize;
  batch: i32;
  channels: i32;
  length: i32;
  epsilon: f32;
  activation: i32;
  training: i32;
}

/**
 * With dz = dy·f′(y): dbias = Σ dz, dweight = Σ dz·x̂, dx = weight/deviation·(dz − dbias/n − x̂·dweight/n). dx holds dz in
 * between. Threads share the channels and go through the samples in order, as in the forward pass.
 */
export function batchNormGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormGradientParameters>(parameters);
  const from = shareStart(p.channels, thread, threads);
  const end = shareStart(p.channels, thread + 1, threads);
  const count = <f64>p.batch * <f64>p.length;
  const rowBytes = (<usize>p.length) << 2;
  clearSums(p.sums, from, end);
  clearSums(p.products, from, end);
  for (let b = 0; b < p.batch; b++) {
    for (let channel = from; channel < end; channel++)
      slopesOfRow(p, <usize>(b * p.channels + channel) * rowBytes, channel);
  }
  for (let channel = from; channel < end; channel++) {
    const at = (<usize>channel) << 2;
    store<f32>(p.dbias + at, <f32>sumOf(p.sums, channel));
    store<f32>(p.dweight + at, <f32>(sumOf(p.products, channel) * inverseOf(p, channel)));
  }
  for (let b = 0; b < p.batch; b++) {
    for (let channel = from; channel < end; channel++) {
      const at = (<usize>channel) << 2;
      const row = <usize>(b * p.channels + channel) * rowBytes;
      const inverse = inverseOf(p, channel);
      const factor = load<f32>(p.weight + at) * inverse;
      if (p.training) {
        const meanOfDz = <f32>(sumOf(p.sums, channel) / count);
        const slope = <f32>((sumOf(p.products, channel) * inverse * inverse) / count);
        gradientOfRow(p.dx + row, p.x + row, p.length, load<f32>(p.mean + at), meanOfDz, slope, factor);
      } else scaleRow(p.dx + row, p.length, factor);
    }
  }
}

function inverseOf(p: NormGradientParameters, channel: i32): f32 {
  const spread = load<f32>(p.spread + ((<usize>channel) << 2));
  return p.training ? spread : 1 / sqrt<f32>(spread + p.epsilon);
}

/** dz = dy·f′(y) of one row; adds Σ dz and Σ dz·(x − mean) to the channel's sums. */
function slopesOfRow(p: NormGradientParameters, row: usize, channel: i32): void {
  const code = p.activation;
  const zero = f32x4.splat(0);
  const centre = v128.load32_splat(p.mean + ((<usize>channel) << 2));
  let dy = p.dy + row;
  let y = p.y + row;
  let x = p.x + row;
  let dz = p.dx + row;
  let s = zero;
  let a = zero;
  for (let left = p.length; left > 0; left -= 4, dy += 16, y += 16, x += 16, dz += 16) {
    const value = v128.load(y);
    let slope = v128.load(dy);
    if (code === 1) {
      // 0 where y is not above 0, but NaN where y is.
      slope = v128.bitselect(v128.and(slope, f32x4.gt(value, zero)), value, f32x4.eq(value, value));
    } else if (code > 1) slope = f32x4.mul(slope, activationSlope(code, value));
    let distance = f32x4.sub(v128.load(x), centre);
    if (left >= 4) v128.store(dz, slope);
    else {
      storeFirst(dz, slope, left);
      // What lies behind the row is someone else's.
      slope = v128.and(slope, lanesBelow(left));
      distance = v128.and(distance, lanesBelow(left));
    }
    s = f32x4.add(s, slope);
    a = f32x4.add(a, f32x4.mul(slope, distance));
  }
  addToSum(p.sums, channel, sumLanes(s));
  addToSum(p.products, channel, sumLanes(a));
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
