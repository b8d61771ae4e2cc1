import { exp, log, sumLanes } from './math';
import { shareStart, storeFirst } from './partition';

/** Vectors summed in f32 before their sum goes on in f64. */
const BLOCK = 64;

/** Ones in the lanes below `count`. */
export function lanesBelow(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Largest of `count` values; NaN when there is one. */
export function largestOf(x: usize, count: i32): f32 {
  let largest = f32x4.splat(-Infinity);
  for (let i = 0; i < count; i += 4) {
    const value = v128.load(x + ((<usize>i) << 2));
    const left = count - i;
    largest = f32x4.max(largest, left >= 4 ? value : v128.bitselect(value, f32x4.splat(-Infinity), lanesBelow(left)));
  }
  const pairs = f32x4.max(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** y = exp(x − shift) and Σ y; y = 0 keeps the values to itself. */
export function exponentials(x: usize, count: i32, shift: f32, y: usize): f64 {
  const by = f32x4.splat(shift);
  let total: f64 = 0;
  for (let i = 0; i < count; ) {
    const end = min(count, i + 4 * BLOCK);
    let sum = f32x4.splat(0);
    for (; i < end; i += 4) {
      const value = exp(f32x4.sub(v128.load(x + ((<usize>i) << 2)), by));
      const left = count - i;
      sum = f32x4.add(sum, left >= 4 ? value : v128.and(value, lanesBelow(left)));
      if (y) storeFirst(y + ((<usize>i) << 2), value, left);
    }
    total += sumLanes(sum);
  }
  return total;
}

/** y ← factor · y. */
export function scaleRow(y: usize, count: i32, factor: f32): void {
  for (let i = 0; i < count; i += 4) {
    const at = y + ((<usize>i) << 2);
    storeFirst(at, f32x4.mul(v128.load(at), f32x4.splat(factor)), count - i);
  }
}

@unmanaged
class SoftmaxParameters {
  x: usize;
  y: usize;
  rows: i32;
  length: i32;
}

/** Threads share the rows. */
export function softmax(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<SoftmaxParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const at = <usize>row * <usize>p.length * 4;
    const total = exponentials(p.x + at, p.length, largestOf(p.x + at, p.length), p.y + at);
    scaleRow(p.y + at, p.length, <f32>(1 / total));
  }
}

@unmanaged
class SoftmaxGradientParameters {
  dy: usize;
  y: usize;
  dx: usize;
  rows: i32;
  length: i32;
}

/** dx = y · (dy − Σ dy·y). */
export function softmaxGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<SoftmaxGradientParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const at = <usize>row * <usize>p.length * 4;
    let total: f64 = 0;
    for (let i = 0; i < p.length; ) {
      const stop = min(p.length, i + 4 * BLOCK);
      let sum = f32x4.splat(0);
      for (; i < stop; i += 4) {
        const offset = at + ((<usize>i) << 2);
        const product = f32x4.mul(v128.load(p.dy + offset), v128.load(p.y + offset));
        sum = f32x4.add(sum, p.length - i >= 4 ? product : v128.and(product, lanesBelow(p.length - i)));
      }
      total += sumLanes(sum);
    }
    const shift = f32x4.splat(<f32>total);
    for (let i = 0; i < p.length; i += 4) {
      const offset = at + ((<usize>i) << 2);
      const slope = f32x4.mul(v128.load(p.y + offset), f32x4.sub(v128.load(p.dy + offset), shift));
      storeFirst(p.dx + offset, slope, p.length - i);
    }
  }
}

@unmanaged
class CrossEntropyParameters {
  logits: usize;
  /** i32 [rows]. */
  label: usize;
  /** [rows] or 0: 1 each. */
  weight: usize;
  rows: i32;
  classes: i32;
  /** The loss and Σ w; read by the gradient, with the loss's own gradient in the loss's place. */
  loss: usize;
  totalWeight: usize;
  /** Of the gradient only. */
  dlogits: usize;
}

/** What a row counts with: 0 for a label that is no class. */
function weightOf(p: CrossEntropyParameters, row: i32): f32 {
  const label = load<i32>(p.label + ((<usize>row) << 2));
  if (label < 0 || label >= p.classes) return 0;
  return p.weight ? load<f32>(p.weight + ((<usize>row) << 2)) : 1;
}

/** Σ w·(log Σ exp(x − m) − (x[label] − m)) / Σ w, in one chain of f64 sums: made by one thread. */
export function crossEntropy(parameters: usize, _thread: i32, _threads: i32): void {
  const p = changetype<CrossEntropyParameters>(parameters);
  let loss: f64 = 0;
  let weights: f64 = 0;
  for (let row = 0; row < p.rows; row++) {
    const weight = weightOf(p, row);
    if (weight === 0) continue;
    const x = p.logits + <usize>row * <usize>p.classes * 4;
    const largest = largestOf(x, p.classes);
    const total = <f32>exponentials(x, p.classes, largest, 0);
    const label = load<i32>(p.label + ((<usize>row) << 2));
    const own = load<f32>(x + ((<usize>label) << 2)) - largest;
    loss += <f64>weight * <f64>(f32x4.extract_lane(log(f32x4.splat(total)), 0) - own);
    weights += weight;
  }
  store<f32>(p.loss, weights === 0 ? 0 : <f32>(loss / weights));
  store<f32>(p.totalWeight, <f32>weights);
}

/** (softmax(x) − [label]) · w/Σw · dloss; 0 for rows that do not count. Threads share the rows. */
export function crossEntropyGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<CrossEntropyParameters>(parameters);
  const totalWeight = load<f32>(p.totalWeight);
  const dloss = load<f32>(p.loss);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const at = <usize>row * <usize>p.classes * 4;
    const weight = weightOf(p, row);
    if (weight === 0 || totalWeight === 0) {
      memory.fill(p.dlogits + at, 0, (<usize>p.classes) << 2);
      continue;
    }
    const factor = (weight / totalWeight) * dloss;
    const x = p.logits + at;
    const total = exponentials(x, p.classes, largestOf(x, p.classes), p.dlogits + at);
    scaleRow(p.dlogits + at, p.classes, <f32>(1 / total));
    const own = p.dlogits + at + ((<usize>load<i32>(p.label + ((<usize>row) << 2))) << 2);
    store<f32>(own, load<f32>(own) - 1);
    scaleRow(p.dlogits + at, p.classes, factor);
  }
}
