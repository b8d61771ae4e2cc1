import { activate, madd } from './math';
import { shareStart } from './partition';
import { ZEROS } from './scratch';
import { PANEL, TILE_BYTES, TILE_ROWS } from './tile';
import { tileRows } from './tile-rows';
import { turn } from './transpose';

/**
 * Convolutions of kernel 3 and stride 1 by Winograd's F(4, 3): four neighbouring outputs from six products instead of
 * twelve (A. Lavin and S. Gray, "Fast algorithms for convolutional neural networks", 2016; points 0, ±1, ±2, ∞). What is
 * multiplied are transforms of the filters and of the input, so that each of the six points is a matrix product over the
 * channels. Rounding is some times that of the direct form; a NaN or infinity reaches all four outputs of its group.
 */
const POINTS = 6;
/** Outputs of a group. */
const GROUP = 4;

@unmanaged
class FilterTransform {
  /** [out, channels, 3]. */
  weight: usize;
  /** [6, out, channels]. */
  filters: usize;
  out: i32;
  channels: i32;
}

export function transformFilters(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<FilterTransform>(parameters);
  const count = p.out * p.channels;
  const point = (<usize>count) << 2;
  const end = shareStart(count, thread + 1, threads);
  for (let i = shareStart(count, thread, threads); i < end; i++) {
    const weight = p.weight + <usize>i * 12;
    const w0 = load<f32>(weight);
    const w1 = load<f32>(weight, 4);
    const w2 = load<f32>(weight, 8);
    const near: f32 = (w0 + w2) / 6;
    const far: f32 = w0 / 24 + w2 / 6;
    const to = p.filters + ((<usize>i) << 2);
    store<f32>(to, w0 / 4);
    store<f32>(to + point, -near - w1 / 6);
    store<f32>(to + 2 * point, w1 / 6 - near);
    store<f32>(to + 3 * point, far + w1 / 12);
    store<f32>(to + 4 * point, far - w1 / 12);
    store<f32>(to + 5 * point, w2);
  }
}

@unmanaged
class WinogradParameters {
  x: usize;
  filters: usize;
  /** [out] or 0. */
  bias: usize;
  y: usize;
  /** For each thread `memoryBytes`: padded rows of a chunk, a panel's transforms [6, channels, 8], products [6, 5, 8]. */
  memory: usize;
  memoryBytes: i32;
  batch: i32;
  channels: i32;
  lengthIn: i32;
  out: i32;
  /** A multiple of 4. */
  lengthOut: i32;
  padding: i32;
  rowLength: i32;
  /** Samples whose groups fill whole panels. */
  chunk: i32;
  activation: i32;
}

/** Threads share the chunks of samples. */
export function convolveWinograd(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<WinogradParameters>(parameters);
  const chunks = (p.batch + p.chunk - 1) / p.chunk;
  const rows = p.memory + <usize>thread * <usize>p.memoryBytes;
  const rowBytes = (<usize>(p.chunk * p.channels * p.rowLength)) << 2;
  const transforms = rows + rowBytes;
  const products = transforms + ((<usize>(POINTS * PANEL * p.channels)) << 2);
  const groups = p.lengthOut / GROUP;
  const panels = (p.chunk * groups) / PANEL;
  memory.fill(rows, 0, rowBytes);
  const end = shareStart(chunks, thread + 1, threads);
  for (let chunk = shareStart(chunks, thread, threads); chunk < end; chunk++) {
    const first = chunk * p.chunk;
    const samples = min(p.chunk, p.batch - first);
    loadPadded(p, first, samples, rows);
    for (let panel = 0; panel < panels && panel * PANEL < samples * groups; panel++) {
      transformPanel(p, rows, panel * PANEL, groups, transforms);
      for (let o = 0; o < p.out; o += TILE_ROWS) {
        const count = min(TILE_ROWS, p.out - o);
        multiply(p, o, count, transforms, products);
        for (let r = 0; r < count; r++) {
          const row = products + <usize>r * 32;
          outputsOf(p, o + r, first, samples, panel * PANEL, groups, row);
          outputsOf(p, o + r, first, samples, panel * PANEL + 4, groups, row + 16);
        }
      }
    }
  }
}

function loadPadded(p: WinogradParameters, first: i32, samples: i32, rows: usize): void {
  const count = (<usize>min(p.lengthIn, p.rowLength - p.padding)) << 2;
  for (let row = 0; row < samples * p.channels; row++) {
    const x = p.x + <usize>(first * p.channels + row) * <usize>p.lengthIn * 4;
    memory.copy(rows + ((<usize>(row * p.rowLength + p.padding)) << 2), x, count);
  }
}

/** Six inputs of eight groups from column `first` on, transformed: Bᵀd for every channel. */
function transformPanel(p: WinogradParameters, rows: usize, first: i32, groups: i32, to: usize): void {
  const point = (<usize>(p.channels * PANEL)) << 2;
  const channelBytes = (<usize>p.rowLength) << 2;
  for (let half = 0; half < PANEL; half += 4, to += 16) {
    const at0 = placeOf(p, rows, first + half, groups);
    const at1 = placeOf(p, rows, first + half + 1, groups);
    const at2 = placeOf(p, rows, first + half + 2, groups);
    const at3 = placeOf(p, rows, first + half + 3, groups);
    let target = to;
    const end = <usize>p.channels * channelBytes;
    for (let c: usize = 0; c < end; c += channelBytes, target += 32) {
      const r0 = v128.load(at0 + c);
      const r1 = v128.load(at1 + c);
      const r2 = v128.load(at2 + c);
      const r3 = v128.load(at3 + c);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const d0 = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
      const d1 = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
      const d2 = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
      const d3 = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
      const next01 = v128.shuffle<f32>(v128.load(at0 + c, 16), v128.load(at1 + c, 16), 0, 4, 1, 5);
      const next23 = v128.shuffle<f32>(v128.load(at2 + c, 16), v128.load(at3 + c, 16), 0, 4, 1, 5);
      const d4 = v128.shuffle<f32>(next01, next23, 0, 1, 4, 5);
      const d5 = v128.shuffle<f32>(next01, next23, 2, 3, 6, 7);
      const four = f32x4.splat(4);
      const five = f32x4.splat(5);
      const even = f32x4.sub(d4, f32x4.mul(four, d2));
      const odd = f32x4.sub(d3, f32x4.mul(four, d1));
      const evenFar = f32x4.sub(d4, d2);
      const oddFar = f32x4.sub(d3, d1);
      const twice = f32x4.add(oddFar, oddFar);
      v128.store(target, f32x4.add(f32x4.sub(f32x4.mul(four, d0), f32x4.mul(five, d2)), d4));
      v128.store(target + point, f32x4.add(even, odd));
      v128.store(target + 2 * point, f32x4.sub(even, odd));
      v128.store(target + 3 * point, f32x4.add(evenFar, twice));
      v128.store(target + 4 * point, f32x4.sub(evenFar, twice));
      v128.store(target + 5 * point, f32x4.add(f32x4.sub(f32x4.mul(four, d1), f32x4.mul(five, d3)), d5));
    }
  }
}

/** Where a column's group begins in the chunk's padded rows, in the first channel. */
function placeOf(p: WinogradParameters, rows: usize, column: i32, groups: i32): usize {
  const sample = column / groups;
  return rows + ((<usize>(sample * p.channels * p.rowLength + (column - sample * groups) * GROUP)) << 2);
}

/** Six products over the channels, one a point: filters [rows, channels] times transforms [channels, 8]. */
function multiply(p: WinogradParameters, o: i32, rows: i32, transforms: usize, products: usize): void {
  const stride = (<usize>p.channels) << 2;
  for (let point = 0; point < POINTS; point++) {
    const filters = p.filters + <usize>(point * p.out + o) * stride;
    const b = transforms + <usize>point * stride * PANEL;
    tileRows(filters, stride, rows, b, PANEL * 4, p.channels, ZEROS, 0, products + <usize>point * TILE_BYTES, 32);
  }
}

/** Aᵀm: four groups' outputs of one channel, from column `first` on, to where they lie in y. */
function outputsOf(
  p: WinogradParameters,
  o: i32,
  firstSample: i32,
  samples: i32,
  first: i32,
  groups: i32,
  products: usize,
): void {
  const m1 = v128.load(products + TILE_BYTES);
  const m2 = v128.load(products + 2 * TILE_BYTES);
  const m3 = v128.load(products + 3 * TILE_BYTES);
  const m4 = v128.load(products + 4 * TILE_BYTES);
  const sum = f32x4.add(m1, m2);
  const difference = f32x4.sub(m1, m2);
  const sumFar = f32x4.add(m3, m4);
  const differenceFar = f32x4.sub(m3, m4);
  const bias = p.bias ? v128.load32_splat(p.bias + ((<usize>o) << 2)) : f32x4.splat(0);
  const last = f32x4.add(difference, v128.load(products + 5 * TILE_BYTES));
  v128.store(products, f32x4.add(f32x4.add(v128.load(products), f32x4.add(sum, sumFar)), bias));
  v128.store(products + TILE_BYTES, f32x4.add(madd(f32x4.splat(2), differenceFar, difference), bias));
  v128.store(products + 2 * TILE_BYTES, f32x4.add(madd(f32x4.splat(4), sumFar, sum), bias));
  v128.store(products + 3 * TILE_BYTES, f32x4.add(madd(f32x4.splat(8), differenceFar, last), bias));
  turn(products, TILE_BYTES, products, TILE_BYTES);
  for (let i = 0; i < 4; i++) {
    const sample = (first + i) / groups;
    if (sample >= samples) return;
    const at = ((firstSample + sample) * p.out + o) * p.lengthOut + (first + i - sample * groups) * GROUP;
    const value = v128.load(products + <usize>i * TILE_BYTES);
    v128.store(p.y + ((<usize>at) << 2), p.activation ? activate(p.activation, value) : value);
  }
}
