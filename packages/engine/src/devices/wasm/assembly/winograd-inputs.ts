import {
  FIVE,
  FIVE_HALVES,
  FIVE_QUARTERS,
  FOUR,
  HALF,
  QUARTER,
  SEVENTEEN_QUARTERS,
  TWENTY_ONE_QUARTERS,
  times,
} from './winograd-numbers';

/**
 * Inputs of groups at the points of `winograd-points.ts`, four groups at a time, one a lane: those that begin at at0 … at3,
 * then `count` − 1 times those `step` bytes further. Eight floats are read of each, whatever the kernel. A point's values are
 * stored `point` bytes behind those of the point before it, those of the next four groups 32 bytes further.
 */
export function transformInputs(
  kernel: i32,
  at0: usize,
  at1: usize,
  at2: usize,
  at3: usize,
  step: usize,
  count: i32,
  to: usize,
  point: usize,
): void {
  if (kernel === 3) transformSix(at0, at1, at2, at3, step, count, to, point);
  else transformEight(at0, at1, at2, at3, step, count, to, point);
}

function transformSix(
  at0: usize,
  at1: usize,
  at2: usize,
  at3: usize,
  step: usize,
  count: i32,
  to: usize,
  point: usize,
): void {
  for (; count > 0; count--, to += 32) {
    const r0 = v128.load(at0);
    const r1 = v128.load(at1);
    const r2 = v128.load(at2);
    const r3 = v128.load(at3);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    const next01 = v128.shuffle<f32>(v128.load(at0, 16), v128.load(at1, 16), 0, 4, 1, 5);
    const next23 = v128.shuffle<f32>(v128.load(at2, 16), v128.load(at3, 16), 0, 4, 1, 5);
    const d0 = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
    const d1 = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
    const d2 = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
    const d3 = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
    const d4 = v128.shuffle<f32>(next01, next23, 0, 1, 4, 5);
    const d5 = v128.shuffle<f32>(next01, next23, 2, 3, 6, 7);
    let target = to;
    v128.store(target, f32x4.add(f32x4.sub(times(FOUR, d0), times(FIVE, d2)), d4));
    let even = f32x4.sub(d4, times(FOUR, d2));
    let odd = f32x4.sub(d3, times(FOUR, d1));
    target += point;
    v128.store(target, f32x4.add(even, odd));
    target += point;
    v128.store(target, f32x4.sub(even, odd));
    even = f32x4.sub(d4, d2);
    odd = f32x4.sub(d3, d1);
    odd = f32x4.add(odd, odd);
    target += point;
    v128.store(target, f32x4.add(even, odd));
    target += point;
    v128.store(target, f32x4.sub(even, odd));
    target += point;
    v128.store(target, f32x4.add(f32x4.sub(times(FOUR, d1), times(FIVE, d3)), d5));
    at0 += step;
    at1 += step;
    at2 += step;
    at3 += step;
  }
}

function transformEight(
  at0: usize,
  at1: usize,
  at2: usize,
  at3: usize,
  step: usize,
  count: i32,
  to: usize,
  point: usize,
): void {
  for (; count > 0; count--, to += 32) {
    let r0 = v128.load(at0);
    let r1 = v128.load(at1);
    let r2 = v128.load(at2);
    let r3 = v128.load(at3);
    let low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    let high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    let low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    let high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    const d0 = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
    const d1 = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
    const d2 = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
    const d3 = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
    r0 = v128.load(at0, 16);
    r1 = v128.load(at1, 16);
    r2 = v128.load(at2, 16);
    r3 = v128.load(at3, 16);
    low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    const d4 = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
    const d5 = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
    const d6 = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
    const d7 = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
    let target = to;
    v128.store(target, f32x4.add(f32x4.sub(d0, d6), times(TWENTY_ONE_QUARTERS, f32x4.sub(d4, d2))));
    let even = f32x4.sub(f32x4.add(d2, d6), times(SEVENTEEN_QUARTERS, d4));
    let odd = f32x4.sub(f32x4.add(d1, d5), times(SEVENTEEN_QUARTERS, d3));
    target += point;
    v128.store(target, f32x4.add(even, odd));
    target += point;
    v128.store(target, f32x4.sub(even, odd));
    const middle = times(FIVE_HALVES, d3);
    even = f32x4.add(f32x4.sub(times(QUARTER, d2), times(FIVE_QUARTERS, d4)), d6);
    odd = f32x4.add(f32x4.sub(times(HALF, d1), middle), f32x4.add(d5, d5));
    target += point;
    v128.store(target, f32x4.add(even, odd));
    target += point;
    v128.store(target, f32x4.sub(even, odd));
    even = f32x4.add(f32x4.sub(times(FOUR, d2), times(FIVE, d4)), d6);
    odd = f32x4.add(f32x4.sub(f32x4.add(d1, d1), middle), times(HALF, d5));
    target += point;
    v128.store(target, f32x4.add(even, odd));
    target += point;
    v128.store(target, f32x4.sub(even, odd));
    target += point;
    v128.store(target, f32x4.add(f32x4.sub(d7, d1), times(TWENTY_ONE_QUARTERS, f32x4.sub(d3, d5))));
    at0 += step;
    at1 += step;
    at2 += step;
    at3 += step;
  }
}
