import { shareStart } from './partition';
import { pointFactor, pointsOf } from './winograd-points';

@unmanaged
class FilterTransform {
  /** [out, channels, kernel] or, `turned`, [channels, out, kernel] to be applied backwards. */
  weight: usize;
  /** [points, out, channels]. */
  filters: usize;
  out: i32;
  channels: i32;
  /** 3 or 5. */
  kernel: i32;
  turned: i32;
}

/** Filters at the points of `winograd-points.ts`, in f64 and rounded once. */
export function transformFilters(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<FilterTransform>(parameters);
  const points = pointsOf(p.kernel);
  const factor0 = pointFactor(points, 0);
  const factor1 = pointFactor(points, 1);
  const factor2 = pointFactor(points, 3);
  const factorHalf = pointFactor(points, 5);
  const count = p.out * p.channels;
  const stride = (<usize>count) << 2;
  const five = p.kernel === 5;
  // A turned filter is read from its last tap on.
  const step: usize = p.turned ? -4 : 4;
  const start: usize = p.turned ? (<usize>(p.kernel - 1)) << 2 : 0;
  const end = shareStart(count, thread + 1, threads);
  for (let i = shareStart(count, thread, threads); i < end; i++) {
    const from = p.turned ? (i % p.channels) * p.out + i / p.channels : i;
    const tap = p.weight + <usize>from * <usize>p.kernel * 4 + start;
    const w0 = <f64>load<f32>(tap);
    const w1 = <f64>load<f32>(tap + step);
    const w2 = <f64>load<f32>(tap + 2 * step);
    const w3: f64 = five ? load<f32>(tap + 3 * step) : 0;
    const w4: f64 = five ? load<f32>(tap + 4 * step) : 0;
    let to = p.filters + ((<usize>i) << 2);
    store<f32>(to, <f32>(factor0 * w0));
    to = storePair(to + stride, stride, factor1, w0 + w2 + w4, w1 + w3);
    to = storePair(to, stride, factor2, w0 + 4 * w2 + 16 * w4, 2 * w1 + 8 * w3);
    if (five) to = storePair(to, stride, factorHalf, w0 + 0.25 * w2 + 0.0625 * w4, 0.5 * w1 + 0.125 * w3);
    store<f32>(to, <f32>(five ? w4 : w2));
  }
}

/** The filter at a point and at its negative. */
function storePair(to: usize, stride: usize, factor: f64, even: f64, odd: f64): usize {
  store<f32>(to, <f32>(factor * (even + odd)));
  store<f32>(to + stride, <f32>(factor * (even - odd)));
  return to + 2 * stride;
}
