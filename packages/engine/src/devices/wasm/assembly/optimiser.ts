import { alignedShare, storeFirst } from './partition';

const LINE = 16;

/** Factor that brings the gradient down to maxNorm. */
function clipFactor(maxNorm: f32, norm: usize): f32 {
  return min<f32>(1, maxNorm / (load<f32>(norm) + 1e-6));
}

/** baseᵗ by squaring: exact to f64 rounding for every step number. */
function power(base: f64, exponent: u32): f64 {
  let result: f64 = 1;
  for (; exponent > 0; exponent >>= 1, base *= base) if (exponent & 1) result *= base;
  return result;
}

/** Learning rate factors and decay factors of four weights. */
function rates(control: usize, i: i32): v128 {
  const at = control + ((<usize>i) << 3);
  return v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 0, 2, 4, 6);
}
function decays(control: usize, i: i32): v128 {
  const at = control + ((<usize>i) << 3);
  return v128.shuffle<f32>(v128.load(at), v128.load(at, 16), 1, 3, 5, 7);
}

@unmanaged
class AdamwParameters {
  weights: usize;
  gradient: usize;
  first: usize;
  second: usize;
  /** [count, 2]. */
  control: usize;
  learningRate: usize;
  /** u32. */
  step: usize;
  norm: usize;
  count: i32;
  beta1: f32;
  beta2: f32;
  /** 1 − β, rounded only once. */
  rest1: f32;
  rest2: f32;
  epsilon: f32;
  weightDecay: f32;
  maxNorm: f32;
}

/** AdamW over the flat memories, in place; see `ops/adamw`. */
export function adamw(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<AdamwParameters>(parameters);
  const end = alignedShare(p.count, LINE, thread + 1, threads);
  const step = load<u32>(p.step);
  const unbias1 = f32x4.splat(<f32>(1 / (1 - power(1 - <f64>p.rest1, step))));
  const unbias2 = f32x4.splat(<f32>(1 / (1 - power(1 - <f64>p.rest2, step))));
  const clip = f32x4.splat(clipFactor(p.maxNorm, p.norm));
  const learningRate = v128.load32_splat(p.learningRate);
  const one = f32x4.splat(1);
  for (let i = alignedShare(p.count, LINE, thread, threads); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const g = f32x4.mul(v128.load(p.gradient + at), clip);
    const rate = f32x4.mul(learningRate, rates(p.control, i));
    const keptM = f32x4.mul(f32x4.splat(p.beta1), v128.load(p.first + at));
    const m = f32x4.add(keptM, f32x4.mul(f32x4.splat(p.rest1), g));
    const keptV = f32x4.mul(f32x4.splat(p.beta2), v128.load(p.second + at));
    const v = f32x4.add(keptV, f32x4.mul(f32x4.splat(p.rest2), f32x4.mul(g, g)));
    storeFirst(p.first + at, m, left);
    storeFirst(p.second + at, v, left);
    const decay = f32x4.mul(f32x4.mul(rate, f32x4.splat(p.weightDecay)), decays(p.control, i));
    const decayed = f32x4.mul(v128.load(p.weights + at), f32x4.sub(one, decay));
    const size = f32x4.add(f32x4.sqrt(f32x4.mul(v, unbias2)), f32x4.splat(p.epsilon));
    const move = f32x4.div(f32x4.mul(rate, f32x4.mul(m, unbias1)), size);
    storeFirst(p.weights + at, f32x4.sub(decayed, move), left);
  }
}

@unmanaged
class SgdParameters {
  weights: usize;
  gradient: usize;
  velocity: usize;
  control: usize;
  learningRate: usize;
  norm: usize;
  count: i32;
  momentum: f32;
  weightDecay: f32;
  maxNorm: f32;
}

/** Momentum SGD over the flat memories, in place; see `ops/sgd`. */
export function sgd(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<SgdParameters>(parameters);
  const end = alignedShare(p.count, LINE, thread + 1, threads);
  const clip = f32x4.splat(clipFactor(p.maxNorm, p.norm));
  const learningRate = v128.load32_splat(p.learningRate);
  for (let i = alignedShare(p.count, LINE, thread, threads); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const weights = v128.load(p.weights + at);
    const kept = f32x4.mul(f32x4.splat(p.momentum), v128.load(p.velocity + at));
    const decay = f32x4.mul(f32x4.mul(f32x4.splat(p.weightDecay), decays(p.control, i)), weights);
    const velocity = f32x4.add(f32x4.add(kept, f32x4.mul(v128.load(p.gradient + at), clip)), decay);
    storeFirst(p.velocity + at, velocity, end - i);
    const move = f32x4.mul(f32x4.mul(learningRate, rates(p.control, i)), velocity);
    storeFirst(p.weights + at, f32x4.sub(weights, move), end - i);
  }
}

@unmanaged
class MovingAverageParameters {
  average: usize;
  value: usize;
  decay: usize;
  count: i32;
}

/** average ← average + (1 − decay)·(value − average). */
export function movingAverage(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<MovingAverageParameters>(parameters);
  const end = alignedShare(p.count, LINE, thread + 1, threads);
  const rest = f32x4.sub(f32x4.splat(1), v128.load32_splat(p.decay));
  for (let i = alignedShare(p.count, LINE, thread, threads); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const average = v128.load(p.average + at);
    const distance = f32x4.sub(v128.load(p.value + at), average);
    storeFirst(p.average + at, f32x4.add(average, f32x4.mul(rest, distance)), end - i);
  }
}
