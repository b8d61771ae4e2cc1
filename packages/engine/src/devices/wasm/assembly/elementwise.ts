import { activate, exp, gelu, geluArgument, log, madd, sigmoid, softplus, tanh } from './math';
import { alignedShare, storeFirst } from './partition';

/** Floats of a cache line. */
const LINE = 16;

@unmanaged
class UnaryParameters {
  x: usize;
  y: usize;
  count: i32;
  function: i32;
}

/** y = f(x), f by the code that `ops/unary/functions.ts` gives it. */
export function unary(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<UnaryParameters>(parameters);
  const end = alignedShare(p.count, LINE, thread + 1, threads);
  const code = p.function;
  if (code === 1) {
    reluRow(p.x, p.y, alignedShare(p.count, LINE, thread, threads), end);
    return;
  }
  for (let i = alignedShare(p.count, LINE, thread, threads); i < end; i += 4) {
    storeFirst(p.y + ((<usize>i) << 2), unaryValue(code, v128.load(p.x + ((<usize>i) << 2))), end - i);
  }
}

function reluRow(x: usize, y: usize, from: i32, end: i32): void {
  const zero = f32x4.splat(0);
  for (let i = from; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const value = f32x4.pmax(v128.load(x + at), zero);
    if (end - i >= 4) v128.store(y + at, value);
    else storeFirst(y + at, value, end - i);
  }
}

function unaryValue(code: i32, x: v128): v128 {
  if (code < 4) return activate(code, x);
  switch (code) {
    case 4:
      return gelu(x);
    case 5:
      return exp(x);
    case 6:
      return log(x);
    case 7:
      return f32x4.sqrt(x);
    case 8:
      return f32x4.mul(x, x);
    case 9:
      return f32x4.abs(x);
    default:
      return softplus(x);
  }
}

@unmanaged
class UnaryGradientParameters {
  dy: usize;
  value: usize;
  dx: usize;
  count: i32;
  function: i32;
}

/** dx = dy · f′. */
export function unaryGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<UnaryGradientParameters>(parameters);
  const end = alignedShare(p.count, LINE, thread + 1, threads);
  const code = p.function;
  if (code === 1) {
    reluGradientRow(p, alignedShare(p.count, LINE, thread, threads), end);
    return;
  }
  for (let i = alignedShare(p.count, LINE, thread, threads); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const slope = unaryDerivative(code, v128.load(p.value + at));
    storeFirst(p.dx + at, f32x4.mul(v128.load(p.dy + at), slope), end - i);
  }
}

/** dy·1 or dy·0; a NaN in y is passed on. */
function reluGradientRow(p: UnaryGradientParameters, from: i32, end: i32): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let i = from; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const y = v128.load(p.value + at);
    const slope = v128.bitselect(v128.and(one, f32x4.gt(y, zero)), y, f32x4.eq(y, y));
    const value = f32x4.mul(v128.load(p.dy + at), slope);
    if (end - i >= 4) v128.store(p.dx + at, value);
    else storeFirst(p.dx + at, value, end - i);
  }
}

/** f′ from the value y for tanh, sigmoid, exp and sqrt, from the argument x for the others. NaN stays NaN. */
function unaryDerivative(code: i32, v: v128): v128 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  switch (code) {
    case 1:
      // A NaN is neither above nor at most 0, and is kept.
      return v128.bitselect(v128.and(one, f32x4.gt(v, zero)), v, f32x4.eq(v, v));
    case 2:
      return f32x4.sub(one, f32x4.mul(v, v));
    case 3:
      return f32x4.mul(v, f32x4.sub(one, v));
    case 4: {
      const t = tanh(geluArgument(v));
      const half = f32x4.splat(0.5);
      const slope = madd(f32x4.splat(0.107032225), f32x4.mul(v, v), f32x4.splat(0.797884561));
      const rise = f32x4.mul(f32x4.mul(half, v), f32x4.mul(f32x4.sub(one, f32x4.mul(t, t)), slope));
      return f32x4.add(madd(half, t, half), rise);
    }
    case 5:
      return v;
    case 6:
      return f32x4.div(one, v);
    case 7:
      return f32x4.div(f32x4.splat(0.5), v);
    case 8:
      return f32x4.add(v, v);
    case 9: {
      const sign = f32x4.sub(v128.and(one, f32x4.gt(v, zero)), v128.and(one, f32x4.lt(v, zero)));
      return v128.bitselect(sign, v, f32x4.eq(v, v));
    }
    default:
      return sigmoid(v);
  }
}

@unmanaged
class ScaleParameters {
  x: usize;
  y: usize;
  count: i32;
  factor: f32;
}

export function scale(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<ScaleParameters>(parameters);
  const end = alignedShare(p.count, LINE, thread + 1, threads);
  const factor = f32x4.splat(p.factor);
  for (let i = alignedShare(p.count, LINE, thread, threads); i < end; i += 4) {
    const at = (<usize>i) << 2;
    storeFirst(p.y + at, f32x4.mul(v128.load(p.x + at), factor), end - i);
  }
}

@unmanaged
class FillParameters {
  y: usize;
  count: i32;
  value: f32;
}

export function fill(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<FillParameters>(parameters);
  const end = alignedShare(p.count, LINE, thread + 1, threads);
  const value = f32x4.splat(p.value);
  for (let i = alignedShare(p.count, LINE, thread, threads); i < end; i += 4) {
    storeFirst(p.y + ((<usize>i) << 2), value, end - i);
  }
}

@unmanaged
class CopyParameters {
  x: usize;
  y: usize;
  count: i32;
  /** First element of y that is written. */
  offset: i32;
}

export function copy(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<CopyParameters>(parameters);
  const from = alignedShare(p.count, LINE, thread, threads);
  const end = alignedShare(p.count, LINE, thread + 1, threads);
  memory.copy(p.y + ((<usize>(p.offset + from)) << 2), p.x + ((<usize>from) << 2), (<usize>(end - from)) << 2);
}

/** f′ of an activation from its result y. */
export function activationSlope(code: i32, y: v128): v128 {
  return code === 0 ? f32x4.splat(1) : unaryDerivative(code, y);
}
