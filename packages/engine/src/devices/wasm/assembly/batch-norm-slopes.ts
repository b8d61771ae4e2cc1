import { activationSlope } from './elementwise';
import { sumLanes } from './math';
import { shareStart, storeFirst } from './partition';
import { evens, odds, secondWins } from './pool';
import { lanesBelow } from './softmax';

@unmanaged
class SlopeParameters {
  /** [batch, channels, length], or of the pooling of two behind it half as long. */
  dy: usize;
  x: usize;
  y: usize;
  mean: usize;
  dz: usize;
  /** [batch, channels]: Σ dz. */
  rowSums: usize;
  /** [batch, channels]: Σ dz·(x − mean). */
  rowProducts: usize;
  rows: i32;
  channels: i32;
  length: i32;
  activation: i32;
}

/** dz = dy·f′(y) and what the weight's and the bias's gradients are sums of. Threads share the rows. */
export function batchNormSlopes(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<SlopeParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) slopesOfRow(p, row);
}

/**
 * The same behind a rectifier, from the gradient of the maxima of pairs, which goes to the larger of two values of y; length
 * is a multiple of 8.
 */
export function batchNormPoolSlopes(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<SlopeParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) slopesOfPairs(p, row);
}

/** dz = dy·f′(y) of one row, Σ dz and Σ dz·(x − mean). */
function slopesOfRow(p: SlopeParameters, index: i32): void {
  const code = p.activation;
  const zero = f32x4.splat(0);
  const centre = v128.load32_splat(p.mean + ((<usize>(index % p.channels)) << 2));
  const row = <usize>index * <usize>p.length * 4;
  let dy = p.dy + row;
  let y = p.y + row;
  let x = p.x + row;
  let dz = p.dz + row;
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
  store<f32>(p.rowSums + ((<usize>index) << 2), sumLanes(s));
  store<f32>(p.rowProducts + ((<usize>index) << 2), sumLanes(a));
}

/** The same behind a rectifier, of a row whose dy is that of the maxima of pairs. */
function slopesOfPairs(p: SlopeParameters, index: i32): void {
  const zero = f32x4.splat(0);
  const centre = v128.load32_splat(p.mean + ((<usize>(index % p.channels)) << 2));
  const row = <usize>index * <usize>p.length * 4;
  let dy = p.dy + row / 2;
  let y = p.y + row;
  let x = p.x + row;
  let dz = p.dz + row;
  let s = zero;
  let a = zero;
  for (let left = p.length; left > 0; left -= 8, dy += 16, y += 32, x += 32, dz += 32) {
    const y0 = v128.load(y);
    const y1 = v128.load(y, 16);
    const pair = v128.load(dy);
    const taken = secondWins(evens(y0, y1), odds(y0, y1));
    const first = v128.andnot(pair, taken);
    const second = v128.and(pair, taken);
    const low = v128.and(v128.shuffle<f32>(first, second, 0, 4, 1, 5), f32x4.gt(y0, zero));
    const high = v128.and(v128.shuffle<f32>(first, second, 2, 6, 3, 7), f32x4.gt(y1, zero));
    const slope0 = v128.bitselect(low, y0, f32x4.eq(y0, y0));
    const slope1 = v128.bitselect(high, y1, f32x4.eq(y1, y1));
    v128.store(dz, slope0);
    v128.store(dz, slope1, 16);
    s = f32x4.add(f32x4.add(s, slope0), slope1);
    a = f32x4.add(a, f32x4.mul(slope0, f32x4.sub(v128.load(x), centre)));
    a = f32x4.add(a, f32x4.mul(slope1, f32x4.sub(v128.load(x, 16), centre)));
  }
  store<f32>(p.rowSums + ((<usize>index) << 2), sumLanes(s));
  store<f32>(p.rowProducts + ((<usize>index) << 2), sumLanes(a));
}
