import { storeFirst } from './partition';

/** Thirty-two zeros below the heap. */
export const ZEROS: usize = 34816;
const TILES: usize = 36864;
const BYTES: usize = 512;

/** 512 bytes of a thread's own, below the heap: two tiles. The device allows as many threads as there is room for. */
export function tileOf(thread: i32): usize {
  return TILES + <usize>thread * BYTES;
}

/** Part of a tile from one place to another; strides in bytes. */
export function copyTile(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++, from += fromStride, to += toStride) {
    storeFirst(to, v128.load(from), columns);
    if (columns > 4) storeFirst(to + 16, v128.load(from, 16), columns - 4);
  }
}
