import { shareStart, storeFirst } from './partition';

/** y [size0, size1, size2, size3] = a ∘ b. Strides in elements; 0 stretches a dimension. */
@unmanaged
class BinaryParameters {
  a: usize;
  b: usize;
  y: usize;
  function: i32;
  size1: i32;
  size2: i32;
  size3: i32;
  /** size0 · size1 · size2. */
  rows: i32;
  a0: i32;
  a1: i32;
  a2: i32;
  a3: i32;
  b0: i32;
  b1: i32;
  b2: i32;
  b3: i32;
}

/** What one thread takes of a row at a time. */
const CHUNK = 4096;

/** Threads share the rows, long ones in chunks. A row's step is 0 or 1 in both operands, since tensors lie row-major. */
export function binary(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<BinaryParameters>(parameters);
  const chunks = (p.size3 + CHUNK - 1) / CHUNK;
  const end = shareStart(p.rows * chunks, thread + 1, threads);
  for (let unit = shareStart(p.rows * chunks, thread, threads); unit < end; unit++) {
    const row = unit / chunks;
    const from = (unit % chunks) * CHUNK;
    const i2 = row % p.size2;
    const rest = row / p.size2;
    const i1 = rest % p.size1;
    const i0 = rest / p.size1;
    const a = p.a + ((<usize>(i0 * p.a0 + i1 * p.a1 + i2 * p.a2 + from * p.a3)) << 2);
    const b = p.b + ((<usize>(i0 * p.b0 + i1 * p.b1 + i2 * p.b2 + from * p.b3)) << 2);
    const y = p.y + (<usize>row * <usize>p.size3 + <usize>from) * 4;
    binaryRow(p.function, a, p.a3, b, p.b3, y, min(CHUNK, p.size3 - from));
  }
}

function binaryRow(code: i32, a: usize, aStep: i32, b: usize, bStep: i32, y: usize, count: i32): void {
  // What a network does most by far: two tensors of one shape added. Twice as fast as with a choice for each vector.
  for (; code === 0 && aStep && bStep && count >= 4; count -= 4, a += 16, b += 16, y += 16) {
    v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
  }
  const aBytes: usize = aStep ? 16 : 0;
  const bBytes: usize = bStep ? 16 : 0;
  for (; count > 0; count -= 4, a += aBytes, b += bBytes, y += 16) {
    const left = aStep ? v128.load(a) : v128.load32_splat(a);
    const right = bStep ? v128.load(b) : v128.load32_splat(b);
    const value = combine(code, left, right);
    if (count >= 4) v128.store(y, value);
    else storeFirst(y, value, count);
  }
}

/** The codes of `ops/binary/binary.ts`. */
function combine(code: i32, a: v128, b: v128): v128 {
  if (code === 0) return f32x4.add(a, b);
  if (code === 1) return f32x4.sub(a, b);
  if (code === 2) return f32x4.mul(a, b);
  return f32x4.div(a, b);
}
