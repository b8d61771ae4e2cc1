import { shareStart } from './partition';

/** y [size0, size1, size2, size3] shows x under strides x0 … x3, in elements. */
@unmanaged
class TransposeParameters {
  x: usize;
  y: usize;
  size1: i32;
  size2: i32;
  size3: i32;
  /** size0 · size1. */
  planes: i32;
  x0: i32;
  x1: i32;
  x2: i32;
  x3: i32;
}

/** Threads share groups of 4 rows of the last two dimensions. Where rows of y run across rows of x, 4 × 4 blocks turn. */
export function transpose(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<TransposeParameters>(parameters);
  const groups = (p.size2 + 3) / 4;
  const end = shareStart(p.planes * groups, thread + 1, threads);
  for (let unit = shareStart(p.planes * groups, thread, threads); unit < end; unit++) {
    const plane = unit / groups;
    const row = (unit % groups) * 4;
    const x = p.x + ((<usize>((plane / p.size1) * p.x0 + (plane % p.size1) * p.x1 + row * p.x2)) << 2);
    const y = p.y + ((<usize>((plane * p.size2 + row) * p.size3)) << 2);
    const rows = min(4, p.size2 - row);
    let column = 0;
    if (p.x2 === 1 && rows === 4) {
      for (; column + 4 <= p.size3; column += 4) {
        turn(
          x + ((<usize>(column * p.x3)) << 2),
          (<usize>p.x3) << 2,
          y + ((<usize>column) << 2),
          (<usize>p.size3) << 2,
        );
      }
    }
    for (let r = 0; r < rows; r++) {
      for (let c = column; c < p.size3; c++) {
        const value = load<f32>(x + ((<usize>(r * p.x2 + c * p.x3)) << 2));
        store<f32>(y + ((<usize>(r * p.size3 + c)) << 2), value);
      }
    }
  }
}

/** y = xᵀ of a 4 × 4 block; strides in bytes. */
export function turn(x: usize, xStride: usize, y: usize, yStride: usize): void {
  const r0 = v128.load(x);
  const r1 = v128.load(x + xStride);
  const r2 = v128.load(x + 2 * xStride);
  const r3 = v128.load(x + 3 * xStride);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const c = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(y, v128.shuffle<f32>(a, c, 0, 1, 4, 5));
  v128.store(y + yStride, v128.shuffle<f32>(a, c, 2, 3, 6, 7));
  v128.store(y + 2 * yStride, v128.shuffle<f32>(b, d, 0, 1, 4, 5));
  v128.store(y + 3 * yStride, v128.shuffle<f32>(b, d, 2, 3, 6, 7));
}
