import { addToSum, clearSums, sumOf } from './channel-sums';
import { shareStart } from './partition';
import { sumRow } from './reduce';
import { PANEL, TILE_BYTES, TILE_ROWS } from './tile';
import { tileRows } from './tile-rows';
import { turn } from './transpose';

/** Padded samples with their channels side by side, so that a window is one stretch of kernel · channels floats. */
@unmanaged
class WindowParameters {
  x: usize;
  /** [batch, positions, channels]. */
  windows: usize;
  batch: i32;
  channels: i32;
  length: i32;
  positions: i32;
  padding: i32;
}

export function packWindows(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<WindowParameters>(parameters);
  const channels = p.channels;
  const bytes = (<usize>(p.positions * channels)) << 2;
  const before = min(p.padding, p.positions);
  const count = min(p.length, p.positions - before);
  const end = shareStart(p.batch, thread + 1, threads);
  for (let sample = shareStart(p.batch, thread, threads); sample < end; sample++) {
    const x = p.x + <usize>sample * <usize>(channels * p.length) * 4;
    const windows = p.windows + <usize>sample * bytes;
    const to = windows + ((<usize>(before * channels)) << 2);
    const after = to + ((<usize>(count * channels)) << 2);
    memory.fill(windows, 0, to - windows);
    memory.fill(after, 0, windows + bytes - after);
    for (let c = 0; c < channels; c += 4) {
      let i = 0;
      if (c + 4 <= channels) {
        for (; i + 4 <= count; i += 4) {
          const from = x + ((<usize>(c * p.length + i)) << 2);
          turn(from, (<usize>p.length) << 2, to + ((<usize>(i * channels + c)) << 2), (<usize>channels) << 2);
        }
      }
      for (; i < count; i++) {
        for (let one = c; one < min(channels, c + 4); one++) {
          store<f32>(to + ((<usize>(i * channels + one)) << 2), load<f32>(x + ((<usize>(one * p.length + i)) << 2)));
        }
      }
    }
  }
}

@unmanaged
class WeightGradientParameters {
  /** [batch, out, lengthOut]. */
  dy: usize;
  windows: usize;
  /** [⌈out/5⌉, ⌈kernel·channels/8⌉, 5, 8]: the tiles' sums. */
  sums: usize;
  /** [out, channels, kernel]. */
  dweight: usize;
  /** [out]. */
  dbias: usize;
  /** f64 [out]. */
  biasSums: usize;
  batch: i32;
  channels: i32;
  out: i32;
  lengthOut: i32;
  kernel: i32;
  stride: i32;
  positions: i32;
}

/**
 * Products of dy's rows with the windows, summed over positions and samples: a tile is 5 channels out × 8 neighbouring
 * values of a window. Threads share the tiles; each goes through all samples in order. dy's rows are summed on the way, for
 * the bias, while they are in the first-level cache.
 */
export function convolveWeights(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<WeightGradientParameters>(parameters);
  const panels = (p.kernel * p.channels + PANEL - 1) / PANEL;
  const tiles = ((p.out + TILE_ROWS - 1) / TILE_ROWS) * panels;
  const from = shareStart(tiles, thread, threads);
  const end = shareStart(tiles, thread + 1, threads);
  memory.fill(p.sums + <usize>from * TILE_BYTES, 0, <usize>(end - from) * TILE_BYTES);
  // A row of tiles belongs, with its bias, to the thread that has its first.
  clearSums(
    p.biasSums,
    min(p.out, ((from + panels - 1) / panels) * TILE_ROWS),
    min(p.out, ((end + panels - 1) / panels) * TILE_ROWS),
  );
  const rowBytes = (<usize>p.lengthOut) << 2;
  const step = (<usize>(p.stride * p.channels)) << 2;
  for (let sample = 0; sample < p.batch; sample++) {
    const dy = p.dy + <usize>(sample * p.out) * rowBytes;
    const windows = p.windows + <usize>sample * <usize>(p.positions * p.channels) * 4;
    let sums = p.sums + <usize>from * TILE_BYTES;
    for (let tile = from; tile < end; ) {
      const first = (tile / panels) * TILE_ROWS;
      const rows = min(TILE_ROWS, p.out - first);
      const a = dy + <usize>first * rowBytes;
      const left = tile % panels;
      if (left === 0) {
        for (let r = 0; r < rows; r++) addToSum(p.biasSums, first + r, sumRow(a + <usize>r * rowBytes, p.lengthOut));
      }
      const right = min(panels, left + end - tile);
      for (let panel = left; panel < right; panel++, sums += TILE_BYTES) {
        tileRows(a, rowBytes, rows, windows + ((<usize>panel) << 5), step, p.lengthOut, sums, 32, sums, 32);
      }
      tile += right - left;
    }
  }
}

/** The sums to where the weights and the bias lie. Threads share the channels out. */
export function collectWeights(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<WeightGradientParameters>(parameters);
  const width = p.kernel * p.channels;
  const panels = (width + PANEL - 1) / PANEL;
  const from = shareStart(p.out, thread, threads);
  const end = shareStart(p.out, thread + 1, threads);
  for (let o = from; o < end; o++) {
    const sums = p.sums + <usize>((o / TILE_ROWS) * panels) * TILE_BYTES + <usize>(o % TILE_ROWS) * 32;
    for (let n = 0; n < width; n++) {
      const value = load<f32>(sums + <usize>(n / PANEL) * TILE_BYTES + ((<usize>(n % PANEL)) << 2));
      const at = (o * p.channels + (n % p.channels)) * p.kernel + n / p.channels;
      store<f32>(p.dweight + ((<usize>at) << 2), value);
    }
  }
  for (let o = from; o < end; o++) store<f32>(p.dbias + ((<usize>o) << 2), <f32>sumOf(p.biasSums, o));
}
