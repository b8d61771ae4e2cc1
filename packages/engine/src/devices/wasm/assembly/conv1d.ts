import { activateRow } from './activate-row';
import { copyRow, shareStart } from './partition';
import { copyTile, tileOf } from './scratch';
import { PANEL, TILE_BYTES, TILE_ROWS } from './tile';
import { tileTaps } from './tile-taps';

/** What a convolution needs to know before it starts. */
@unmanaged
class FilterParameters {
  /** [channels, out, kernel], to be applied backwards; 0: the filters are used as they lie. */
  weight: usize;
  /** [out, channels, kernel]. */
  turned: usize;
  /** For each channel and tap: bytes from a position's place in the padded rows to what the tap sees. */
  taps: usize;
  out: i32;
  channels: i32;
  kernel: i32;
  /** Rows come apart into `stride` phases, each of this many floats. */
  stride: i32;
  rowLength: i32;
}

export function prepareFilters(parameters: usize, _thread: i32, _threads: i32): void {
  const p = changetype<FilterParameters>(parameters);
  const kernel = p.kernel;
  let tap = p.taps;
  for (let c = 0; c < p.channels; c++) {
    for (let k = 0; k < kernel; k++, tap += 4) {
      store<i32>(tap, ((c * p.stride + (k % p.stride)) * p.rowLength + k / p.stride) << 2);
    }
  }
  if (!p.weight) return;
  for (let o = 0; o < p.out; o++) {
    for (let c = 0; c < p.channels; c++) {
      const from = p.weight + ((<usize>((c * p.out + o) * kernel)) << 2);
      const to = p.turned + ((<usize>((o * p.channels + c) * kernel)) << 2);
      for (let k = 0; k < kernel; k++)
        store<f32>(to + ((<usize>k) << 2), load<f32>(from + ((<usize>(kernel - 1 - k)) << 2)));
    }
  }
}

/** y [batch, out, lengthOut] from x [batch, channels, lengthIn], whose samples lie `dilation` apart. */
@unmanaged
class ConvolutionParameters {
  x: usize;
  /** [out, channels, kernel]. */
  filters: usize;
  taps: usize;
  /** [out] or 0. */
  bias: usize;
  y: usize;
  /** For each thread `rowBytes`: one sample's padded rows [channels, stride, rowLength]. */
  rows: usize;
  rowBytes: i32;
  batch: i32;
  channels: i32;
  lengthIn: i32;
  out: i32;
  lengthOut: i32;
  kernel: i32;
  stride: i32;
  dilation: i32;
  /** Zeros before the first sample; negative leaves samples out. */
  padding: i32;
  rowLength: i32;
  activation: i32;
}

/**
 * A direct convolution: a tile is 5 channels out × 8 positions, its steps the channels in and their taps, which read
 * the same padded row at shifted places. Threads share the tiles of all samples.
 */
export function convolve(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<ConvolutionParameters>(parameters);
  const rows = p.rows + <usize>thread * <usize>p.rowBytes;
  memory.fill(rows, 0, p.rowBytes);
  const tiles = (p.out + TILE_ROWS - 1) / TILE_ROWS;
  const end = shareStart(p.batch * tiles, thread + 1, threads);
  let loaded = -1;
  for (let unit = shareStart(p.batch * tiles, thread, threads); unit < end; unit++) {
    const sample = unit / tiles;
    if (sample !== loaded) loadRows(p, sample, rows);
    loaded = sample;
    convolveTile(p, sample, unit % tiles, rows, tileOf(thread));
  }
}

/** Places a sample's values between the zeros, which stay where they are from sample to sample. */
function loadRows(p: ConvolutionParameters, sample: i32, rows: usize): void {
  const positions = p.rowLength * p.stride;
  const first = max(0, (-p.padding + p.dilation - 1) / p.dilation);
  const last = min(p.lengthIn, (positions - p.padding + p.dilation - 1) / p.dilation);
  for (let c = 0; c < p.channels; c++) {
    const x = p.x + <usize>(sample * p.channels + c) * <usize>p.lengthIn * 4;
    const row = rows + ((<usize>c * <usize>positions) << 2);
    if (p.stride === 1 && p.dilation === 1) {
      copyRow(x + ((<usize>first) << 2), row + ((<usize>(first + p.padding)) << 2), last - first);
      continue;
    }
    for (let i = first; i < last; i++) {
      const position = i * p.dilation + p.padding;
      const at = (position % p.stride) * p.rowLength + position / p.stride;
      store<f32>(row + ((<usize>at) << 2), load<f32>(x + ((<usize>i) << 2)));
    }
  }
}

function convolveTile(p: ConvolutionParameters, sample: i32, tile: i32, rows: usize, buffer: usize): void {
  const steps = p.channels * p.kernel;
  const first = tile * TILE_ROWS;
  const channels = min(TILE_ROWS, p.out - first);
  const length = p.lengthOut;
  const stride = (<usize>length) << 2;
  const filterBytes = (<usize>steps) << 2;
  const filters = p.filters + <usize>first * filterBytes;
  const y = p.y + <usize>(sample * p.out + first) * stride;
  // The tile's start: each channel's bias in all eight columns.
  const init = buffer + TILE_BYTES;
  for (let r = 0; r < TILE_ROWS; r++) {
    const bias = p.bias && r < channels ? v128.load32_splat(p.bias + ((<usize>(first + r)) << 2)) : f32x4.splat(0);
    v128.store(init + <usize>r * 32, bias);
    v128.store(init + <usize>r * 32, bias, 16);
  }
  for (let t = 0; t < length; t += PANEL) {
    const at = rows + ((<usize>t) << 2);
    const target = y + ((<usize>t) << 2);
    const columns = min(PANEL, length - t);
    if (channels === TILE_ROWS && columns === PANEL) {
      tileTaps(filters, filterBytes, channels, at, p.taps, steps, init, 32, target, stride);
    } else {
      tileTaps(filters, filterBytes, channels, at, p.taps, steps, init, 32, buffer, 32);
      copyTile(buffer, 32, target, stride, channels, columns);
    }
  }
  if (p.activation) activateRow(y, channels * length, p.activation);
}
