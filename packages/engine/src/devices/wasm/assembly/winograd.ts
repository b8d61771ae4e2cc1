import { activate, madd } from './math';
import { copyRow, shareStart } from './partition';
import { PANEL, TILE_BYTES, TILE_ROWS } from './tile';
import { tilePoints } from './tile-points';
import { transformInputs } from './winograd-inputs';
import { GROUP, pointsOf } from './winograd-points';

/** Convolutions of stride 1 by the points of `winograd-points.ts`: each point is a matrix product over the channels. */
@unmanaged
class WinogradParameters {
  x: usize;
  filters: usize;
  /** [out] or 0. */
  bias: usize;
  y: usize;
  /**
   * For each thread `memoryBytes`: padded rows of a chunk, a panel's transforms [points, channels, 8], products
   * [points, 5, 8], and of each column of the chunk's panels the bytes to where its group begins in the padded rows and in y.
   */
  memory: usize;
  memoryBytes: i32;
  batch: i32;
  channels: i32;
  lengthIn: i32;
  out: i32;
  /** A multiple of 4. */
  lengthOut: i32;
  /** 3 or 5. */
  kernel: i32;
  /** Below the kernel. */
  padding: i32;
  rowLength: i32;
  /** Samples whose groups share panels. */
  chunk: i32;
  activation: i32;
}

/** Threads share the chunks of samples. */
export function convolveWinograd(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<WinogradParameters>(parameters);
  const points = pointsOf(p.kernel);
  const chunks = (p.batch + p.chunk - 1) / p.chunk;
  const rows = p.memory + <usize>thread * <usize>p.memoryBytes;
  const rowBytes = (<usize>(p.chunk * p.channels * p.rowLength)) << 2;
  const transforms = rows + rowBytes;
  const products = transforms + ((<usize>(points * PANEL * p.channels)) << 2);
  const places = products + <usize>points * TILE_BYTES;
  const groups = p.lengthOut / GROUP;
  memory.fill(rows, 0, rowBytes);
  findPlaces(p, groups, places);
  const end = shareStart(chunks, thread + 1, threads);
  for (let chunk = shareStart(chunks, thread, threads); chunk < end; chunk++) {
    const first = chunk * p.chunk;
    const samples = min(p.chunk, p.batch - first);
    const y = p.y + <usize>first * <usize>(p.out * p.lengthOut) * 4;
    loadPadded(p, first, samples, rows);
    for (let column = 0; column < samples * groups; column += PANEL) {
      const columns = samples * groups - column;
      const at = places + ((<usize>column) << 3);
      transformPanel(p, rows, at, transforms);
      for (let o = 0; o < p.out; o += TILE_ROWS) {
        const count = min(TILE_ROWS, p.out - o);
        multiply(p, points, o, count, transforms, products);
        for (let r = 0; r < count; r++) {
          const row = products + <usize>r * 32;
          outputsOf(p, points, o + r, columns, row, at, y);
          outputsOf(p, points, o + r, columns - 4, row + 16, at + 32, y);
        }
      }
    }
  }
}

function findPlaces(p: WinogradParameters, groups: i32, places: usize): void {
  for (let sample = 0; sample < p.chunk; sample++) {
    for (let group = 0; group < groups; group++, places += 8) {
      store<i32>(places, (sample * p.channels * p.rowLength + group * GROUP) << 2);
      store<i32>(places + 4, (sample * p.out * p.lengthOut + group * GROUP) << 2);
    }
  }
  // Columns without a group read the first one; what comes of it is stored nowhere.
  memory.fill(places, 0, (<usize>(-(p.chunk * groups) & (PANEL - 1))) << 3);
}

function loadPadded(p: WinogradParameters, first: i32, samples: i32, rows: usize): void {
  const count = min(p.lengthIn, p.rowLength - p.padding);
  for (let row = 0; row < samples * p.channels; row++) {
    const x = p.x + <usize>(first * p.channels + row) * <usize>p.lengthIn * 4;
    copyRow(x, rows + ((<usize>(row * p.rowLength + p.padding)) << 2), count);
  }
}

/** The inputs of a panel's eight groups at the points, for every channel. */
function transformPanel(p: WinogradParameters, rows: usize, places: usize, to: usize): void {
  const point = (<usize>(p.channels * PANEL)) << 2;
  for (let half = 0; half < PANEL; half += 4, to += 16, places += 32) {
    const at0 = rows + load<usize>(places);
    const at1 = rows + load<usize>(places, 8);
    const at2 = rows + load<usize>(places, 16);
    const at3 = rows + load<usize>(places, 24);
    transformInputs(p.kernel, at0, at1, at2, at3, (<usize>p.rowLength) << 2, p.channels, to, point);
  }
}

/** A product over the channels for each point: filters [rows, channels] times transforms [channels, 8]. */
function multiply(p: WinogradParameters, points: i32, o: i32, rows: i32, transforms: usize, products: usize): void {
  const stride = (<usize>p.channels) << 2;
  const filters = p.filters + <usize>o * stride;
  tilePoints(filters, stride, rows, <usize>p.out * stride, transforms, p.channels, products, points);
}

/** The first `columns` of four groups' outputs of one channel, to where they lie in y. */
function outputsOf(
  p: WinogradParameters,
  points: i32,
  o: i32,
  columns: i32,
  products: usize,
  places: usize,
  y: usize,
): void {
  if (columns <= 0) return;
  const m1 = v128.load(products, TILE_BYTES);
  const m2 = v128.load(products, 2 * TILE_BYTES);
  const m3 = v128.load(products, 3 * TILE_BYTES);
  const m4 = v128.load(products, 4 * TILE_BYTES);
  const bias = p.bias ? v128.load32_splat(p.bias + ((<usize>o) << 2)) : f32x4.splat(0);
  let even = f32x4.add(m1, m2);
  let odd = f32x4.sub(m1, m2);
  const evenFar = f32x4.add(m3, m4);
  const oddFar = f32x4.sub(m3, m4);
  const twice = f32x4.add(oddFar, oddFar);
  let y0 = f32x4.add(v128.load(products), f32x4.add(even, evenFar));
  let y1 = f32x4.add(odd, twice);
  let y2 = madd(f32x4.splat(4), evenFar, even);
  let y3 = madd(f32x4.splat(4), twice, odd);
  if (points === 8) {
    const m5 = v128.load(products, 5 * TILE_BYTES);
    const m6 = v128.load(products, 6 * TILE_BYTES);
    even = f32x4.add(m5, m6);
    odd = f32x4.mul(f32x4.splat(0.5), f32x4.sub(m5, m6));
    const quarter = f32x4.splat(0.25);
    y0 = f32x4.add(y0, even);
    y1 = f32x4.add(y1, odd);
    y2 = madd(quarter, even, y2);
    y3 = f32x4.add(madd(quarter, odd, y3), v128.load(products, 7 * TILE_BYTES));
  } else {
    y3 = f32x4.add(y3, v128.load(products, 5 * TILE_BYTES));
  }
  y0 = f32x4.add(y0, bias);
  y1 = f32x4.add(y1, bias);
  y2 = f32x4.add(y2, bias);
  y3 = f32x4.add(y3, bias);
  if (p.activation) {
    y0 = activate(p.activation, y0);
    y1 = activate(p.activation, y1);
    y2 = activate(p.activation, y2);
    y3 = activate(p.activation, y3);
  }
  const low01 = v128.shuffle<f32>(y0, y1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(y0, y1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(y2, y3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(y2, y3, 2, 6, 3, 7);
  y += (<usize>(o * p.lengthOut)) << 2;
  v128.store(y + load<usize>(places, 4), v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  if (columns > 1) v128.store(y + load<usize>(places, 12), v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  if (columns > 2) v128.store(y + load<usize>(places, 20), v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  if (columns > 3) v128.store(y + load<usize>(places, 28), v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}
