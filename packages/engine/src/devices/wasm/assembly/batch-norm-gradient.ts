import { inverseOf } from './batch-norm';
import { CHANNELS, totalChannels, totalOf } from './channel-totals';
import { alignedShare, shareStart, storeFirst } from './partition';
import { scaleRow } from './softmax';

@unmanaged
class SlopeTotalParameters {
  /** [batch, channels]: Σ dz, and Σ dz·(x − mean). */
  rowSums: usize;
  rowProducts: usize;
  /** f64 [channels], up to a multiple of four: the same of all samples. */
  sums: usize;
  products: usize;
  /** Training: the inverse deviation. Otherwise the variance. */
  spread: usize;
  dweight: usize;
  dbias: usize;
  batch: i32;
  channels: i32;
  epsilon: f32;
  training: i32;
}

/** dbias = Σ dz, dweight = Σ dz·x̂, with dz from `batchNormSlopes`. Threads share the channels. */
export function batchNormSlopeTotals(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<SlopeTotalParameters>(parameters);
  const end = alignedShare(p.channels, CHANNELS, thread + 1, threads);
  for (let first = alignedShare(p.channels, CHANNELS, thread, threads); first < end; first += CHANNELS) {
    totalChannels(p.rowSums, p.batch, p.channels, first, p.sums);
    totalChannels(p.rowProducts, p.batch, p.channels, first, p.products);
    for (let channel = first; channel < min(end, first + CHANNELS); channel++) {
      const at = (<usize>channel) << 2;
      const inverse = inverseOf(p.spread, channel, p.epsilon, p.training);
      store<f32>(p.dbias + at, <f32>totalOf(p.sums, channel));
      store<f32>(p.dweight + at, <f32>(totalOf(p.products, channel) * inverse));
    }
  }
}

@unmanaged
class NormGradientParameters {
  /** [batch, channels, length]: dz, which dx replaces. */
  dx: usize;
  x: usize;
  weight: usize;
  mean: usize;
  /** Training: the inverse deviation. Otherwise the variance. */
  spread: usize;
  sums: usize;
  products: usize;
  batch: i32;
  channels: i32;
  length: i32;
  epsilon: f32;
  training: i32;
}

/** dx = weight/deviation·(dz − dbias/n − x̂·dweight/n). Threads share the rows. */
export function batchNormGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<NormGradientParameters>(parameters);
  const count = <f64>p.batch * <f64>p.length;
  const end = shareStart(p.batch * p.channels, thread + 1, threads);
  for (let row = shareStart(p.batch * p.channels, thread, threads); row < end; row++) {
    const channel = row % p.channels;
    const at = (<usize>channel) << 2;
    const offset = <usize>row * <usize>p.length * 4;
    const inverse = inverseOf(p.spread, channel, p.epsilon, p.training);
    const factor = load<f32>(p.weight + at) * inverse;
    if (!p.training) {
      scaleRow(p.dx + offset, p.length, factor);
      continue;
    }
    const meanOfDz = <f32>(totalOf(p.sums, channel) / count);
    const slope = <f32>((totalOf(p.products, channel) * inverse * inverse) / count);
    gradientOfRow(p.dx + offset, p.x + offset, p.length, load<f32>(p.mean + at), meanOfDz, slope, factor);
  }
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
