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
  const count = p.out * p.channels;
  const stride = (<usize>count) << 2;
  const end = shareStart(count, thread + 1, threads);
  for (let i = shareStart(count, thread, threads); i < end; i++) {
    const from = p.turned ? (i % p.channels) * p.out + i / p.channels : i;
    const weight = p.weight + <usize>from * <usize>p.kernel * 4;
    let to = p.filters + ((<usize>i) << 2);
    store<f32>(to, <f32>(pointFactor(points, 0) * tap(p, weight, 0)));
    to += stride;
    for (let point = 1; point < points - 1; point += 2, to += 2 * stride) {
      const at: f64 = point === 1 ? 1 : point === 3 ? 2 : 0.5;
      let even: f64 = 0;
      let odd: f64 = 0;
      let power: f64 = 1;
      for (let k = 0; k < p.kernel; k++, power *= at) {
        if (k & 1) odd += power * tap(p, weight, k);
        else even += power * tap(p, weight, k);
      }
      const factor = pointFactor(points, point);
      store<f32>(to, <f32>(factor * (even + odd)));
      store<f32>(to + stride, <f32>(factor * (even - odd)));
    }
    store<f32>(to, <f32>tap(p, weight, p.kernel - 1));
  }
}

function tap(p: FilterTransform, weight: usize, k: i32): f64 {
  return load<f32>(weight + ((<usize>(p.turned ? p.kernel - 1 - k : k)) << 2));
}
