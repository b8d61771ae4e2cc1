import { shareStart } from './partition';

/** Rows of `width` elements from one place to another; strides in elements. */
@unmanaged
class CopyRowsParameters {
  x: usize;
  xStride: i32;
  xOffset: i32;
  y: usize;
  yStride: i32;
  yOffset: i32;
  rows: i32;
  width: i32;
}

export function copyRows(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<CopyRowsParameters>(parameters);
  const end = shareStart(p.rows, thread + 1, threads);
  for (let row = shareStart(p.rows, thread, threads); row < end; row++) {
    const to = p.y + ((<usize>(row * p.yStride + p.yOffset)) << 2);
    memory.copy(to, p.x + ((<usize>(row * p.xStride + p.xOffset)) << 2), (<usize>p.width) << 2);
  }
}

@unmanaged
class GatherParameters {
  table: usize;
  /** i32 [count]. */
  index: usize;
  y: usize;
  rows: i32;
  width: i32;
  count: i32;
  /** Bits of the elements of a row that is none. */
  missing: i32;
}

export function gather(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<GatherParameters>(parameters);
  const end = shareStart(p.count, thread + 1, threads);
  const bytes = (<usize>p.width) << 2;
  for (let i = shareStart(p.count, thread, threads); i < end; i++) {
    const row = load<i32>(p.index + ((<usize>i) << 2));
    const to = p.y + <usize>i * bytes;
    if (row >= 0 && row < p.rows) memory.copy(to, p.table + <usize>row * bytes, bytes);
    else for (let at: usize = 0; at < bytes; at += 4) store<i32>(to + at, p.missing);
  }
}

@unmanaged
class GatherGradientParameters {
  dy: usize;
  /** i32 [count]. */
  index: usize;
  dtable: usize;
  rows: i32;
  width: i32;
  count: i32;
}

/** Threads share the table's rows, and each looks through all indices for its own: every sum has one fixed order. */
export function gatherGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<GatherGradientParameters>(parameters);
  const bytes = (<usize>p.width) << 2;
  const from = shareStart(p.rows, thread, threads);
  const end = shareStart(p.rows, thread + 1, threads);
  memory.fill(p.dtable + <usize>from * bytes, 0, <usize>(end - from) * bytes);
  for (let i = 0; i < p.count; i++) {
    const row = load<i32>(p.index + ((<usize>i) << 2));
    if (row >= from && row < end) addRow(p.dy + <usize>i * bytes, p.dtable + <usize>row * bytes, p.width);
  }
}

function addRow(x: usize, sum: usize, count: i32): void {
  for (; count >= 4; count -= 4, x += 16, sum += 16) v128.store(sum, f32x4.add(v128.load(sum), v128.load(x)));
  for (; count > 0; count--, x += 4, sum += 4) store<f32>(sum, load<f32>(sum) + load<f32>(x));
}
