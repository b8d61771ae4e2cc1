import { addToSum, clearSums, sumOf } from './channel-sums';
import { copyRow, shareStart } from './partition';
import { sumRow } from './reduce';
import { PANEL, TILE_BYTES, TILE_ROWS } from './tile';
import { tileRows } from './tile-rows';
import { transformInputs } from './winograd-inputs';
import { EIGHT, EIGHTH, FOUR, HALF, QUARTER, times } from './winograd-numbers';
import { GROUP, pointFactor, pointsOf } from './winograd-points';

/**
 * The weight's gradient by the points of `winograd-points.ts`: a group of four outputs' dy is a filter over the inputs that
 * the group sees. At each point it is a matrix product over the groups of all samples, and what is interpolated in the end are
 * the sums. Samples go through in blocks, whose transforms stay in the second-level cache: for each block
 * `transformGradients`, then `multiplyGradients`; `interpolateWeights` once.
 */
@unmanaged
class WinogradGradient {
  /** [batch, out, lengthOut]. */
  dy: usize;
  /** [batch, channels, lengthIn]. */
  x: usize;
  /** A block's groups of dy at the points: [points, out, steps]. */
  filters: usize;
  /** A block's groups of x at the points: [points, ⌈channels/8⌉, steps, 8]. */
  inputs: usize;
  /** [points, ⌈out/5⌉, ⌈channels/8⌉, 5, 8]. */
  sums: usize;
  /** [out, channels, kernel]. */
  dweight: usize;
  /** [out]. */
  dbias: usize;
  /** f64 [out]. */
  biasSums: usize;
  /** For each thread `memoryBytes`: four padded rows of x, or a channel of a block of dy. */
  memory: usize;
  memoryBytes: i32;
  /** The block's first sample. */
  first: i32;
  /** The block's samples. */
  samples: i32;
  /** Room for a block's groups, a multiple of 4. */
  steps: i32;
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
}

/** Threads share x's samples and channels, four at a time, and dy's channels, whose rows are summed on the way. */
export function transformGradients(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<WinogradGradient>(parameters);
  const rows = p.memory + <usize>thread * <usize>p.memoryBytes;
  memory.fill(rows, 0, p.memoryBytes);
  const quads = ((p.channels + PANEL - 1) / PANEL) * 2;
  const units = p.samples * quads;
  const unitEnd = shareStart(units, thread + 1, threads);
  for (let unit = shareStart(units, thread, threads); unit < unitEnd; unit++) {
    transformChannels(p, unit / quads, unit % quads, rows);
  }
  const end = shareStart(p.out, thread + 1, threads);
  for (let o = shareStart(p.out, thread, threads); o < end; o++) {
    if (p.first === 0) clearSums(p.biasSums, o, o + 1);
    collectChannel(p, o, rows);
    transformFilterGroups(p, o, rows);
  }
}

/** Four channels' groups of one of the block's samples; channels beyond the last are zeros. */
function transformChannels(p: WinogradGradient, sample: i32, quad: i32, rows: usize): void {
  const rowBytes = (<usize>p.rowLength) << 2;
  const count = min(p.lengthIn, p.rowLength - p.padding);
  for (let i = 0; i < 4; i++) {
    const channel = quad * 4 + i;
    const row = rows + <usize>i * rowBytes;
    const x = p.x + <usize>((p.first + sample) * p.channels + channel) * <usize>p.lengthIn * 4;
    if (channel < p.channels) copyRow(x, row + ((<usize>p.padding) << 2), count);
    else memory.fill(row, 0, rowBytes);
  }
  const groups = p.lengthOut / GROUP;
  const panel = (<usize>p.steps) << 5;
  const point = <usize>((p.channels + PANEL - 1) / PANEL) * panel;
  const to = p.inputs + <usize>(quad >> 1) * panel + ((<usize>(sample * groups)) << 5) + ((<usize>(quad & 1)) << 4);
  const at1 = rows + rowBytes;
  const at2 = at1 + rowBytes;
  transformInputs(p.kernel, rows, at1, at2, at2 + rowBytes, 16, groups, to, point);
}

/** One channel of dy from all of the block's samples, side by side. */
function collectChannel(p: WinogradGradient, o: i32, row: usize): void {
  const bytes = (<usize>p.lengthOut) << 2;
  for (let sample = p.first; sample < p.first + p.samples; sample++, row += bytes) {
    copyRow(p.dy + <usize>(sample * p.out + o) * bytes, row, p.lengthOut);
    addToSum(p.biasSums, o, sumRow(row, p.lengthOut));
  }
}

/** Its groups, four at a time, at the points but for `pointFactor`. */
function transformFilterGroups(p: WinogradGradient, o: i32, row: usize): void {
  const point = (<usize>(p.out * p.steps)) << 2;
  let to = p.filters + ((<usize>(o * p.steps)) << 2);
  const end = to + ((<usize>(p.samples * (p.lengthOut / GROUP))) << 2);
  for (; to < end; to += 16, row += 64) {
    const r0 = v128.load(row);
    const r1 = v128.load(row, 16);
    const r2 = v128.load(row, 32);
    const r3 = v128.load(row, 48);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    const e0 = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
    const e1 = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
    const e2 = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
    const e3 = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
    let target = to;
    v128.store(target, e0);
    let even = f32x4.add(e0, e2);
    let odd = f32x4.add(e1, e3);
    target += point;
    v128.store(target, f32x4.add(even, odd));
    target += point;
    v128.store(target, f32x4.sub(even, odd));
    even = f32x4.add(e0, times(FOUR, e2));
    odd = f32x4.add(f32x4.add(e1, e1), times(EIGHT, e3));
    target += point;
    v128.store(target, f32x4.add(even, odd));
    target += point;
    v128.store(target, f32x4.sub(even, odd));
    if (p.kernel === 5) {
      even = f32x4.add(e0, times(QUARTER, e2));
      odd = f32x4.add(times(HALF, e1), times(EIGHTH, e3));
      target += point;
      v128.store(target, f32x4.add(even, odd));
      target += point;
      v128.store(target, f32x4.sub(even, odd));
    }
    v128.store(target + point, e3);
  }
}

/** A block's products added to the sums. Threads share the tiles of all points. */
export function multiplyGradients(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<WinogradGradient>(parameters);
  const panels = (p.channels + PANEL - 1) / PANEL;
  const rowTiles = (p.out + TILE_ROWS - 1) / TILE_ROWS;
  const tiles = pointsOf(p.kernel) * rowTiles * panels;
  const steps = p.samples * (p.lengthOut / GROUP);
  const stride = (<usize>p.steps) << 2;
  const from = shareStart(tiles, thread, threads);
  const end = shareStart(tiles, thread + 1, threads);
  let sums = p.sums + <usize>from * TILE_BYTES;
  if (p.first === 0) memory.fill(sums, 0, <usize>(end - from) * TILE_BYTES);
  for (let tile = from; tile < end; tile++, sums += TILE_BYTES) {
    const row = tile / panels;
    const point = row / rowTiles;
    const o = (row - point * rowTiles) * TILE_ROWS;
    const a = p.filters + <usize>(point * p.out + o) * stride;
    const b = p.inputs + <usize>(point * panels + tile - row * panels) * stride * PANEL;
    tileRows(a, stride, min(TILE_ROWS, p.out - o), b, PANEL * 4, steps, sums, 32, sums, 32);
  }
}

/** The sums at the points to the weights' taps, in f64. Threads share the channels out. */
export function interpolateWeights(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<WinogradGradient>(parameters);
  const panels = (p.channels + PANEL - 1) / PANEL;
  const point = <usize>(((p.out + TILE_ROWS - 1) / TILE_ROWS) * panels) * TILE_BYTES;
  const from = shareStart(p.out, thread, threads);
  const end = shareStart(p.out, thread + 1, threads);
  for (let o = from; o < end; o++) {
    const row = p.sums + <usize>((o / TILE_ROWS) * panels) * TILE_BYTES + <usize>(o % TILE_ROWS) * 32;
    const to = p.dweight + <usize>(o * p.channels) * <usize>p.kernel * 4;
    for (let k = 0; k < p.kernel; k++) interpolateTap(p, k, row, point, to + ((<usize>k) << 2));
    store<f32>(p.dbias + ((<usize>o) << 2), <f32>sumOf(p.biasSums, o));
  }
}

/** Tap k of every channel: the coefficient of xᵏ in the polynomial that goes through the sums at the points. */
function interpolateTap(p: WinogradGradient, k: i32, row: usize, point: usize, to: usize): void {
  const points = pointsOf(p.kernel);
  const power = <f64>(1 << k);
  const factor0: f64 = k === 0 ? pointFactor(points, 0) : 0;
  const factor1 = pointFactor(points, 1);
  const factor2 = pointFactor(points, 3) * power;
  const factorHalf = pointFactor(points, 5) / power;
  const sign: f64 = k & 1 ? -1 : 1;
  const five = p.kernel === 5;
  const last = k === p.kernel - 1;
  for (let c = 0; c < p.channels; c++, to += (<usize>p.kernel) << 2) {
    let sums = row + <usize>(c / PANEL) * TILE_BYTES + ((<usize>(c % PANEL)) << 2);
    let value = factor0 * <f64>load<f32>(sums);
    value += factor1 * pairOf(sums + point, point, sign);
    value += factor2 * pairOf(sums + 3 * point, point, sign);
    sums += 5 * point;
    if (five) {
      value += factorHalf * pairOf(sums, point, sign);
      sums += 2 * point;
    }
    store<f32>(to, <f32>(last ? value + <f64>load<f32>(sums) : value));
  }
}

/** The sum at a point with that at its negative, or their difference. */
function pairOf(sums: usize, point: usize, sign: f64): f64 {
  return <f64>load<f32>(sums) + sign * <f64>load<f32>(sums + point);
}
