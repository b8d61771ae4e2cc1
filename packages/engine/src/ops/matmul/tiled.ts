import { type BufferRef, grid, type KernelStep, type Lowering, read, write } from '../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation, activationSource } from '../activation/activation.js';
import type { MatmulExtent } from './matmul.js';
import splitSumWgsl from './split-sum.wgsl';
import tiledWgsl from './tiled.wgsl';

export interface MatmulOperands extends MatmulExtent {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly a: BufferRef;
  readonly b: BufferRef;
  readonly c: BufferRef;
  /** Added to every row. */
  readonly bias?: BufferRef;
  readonly activation?: Activation;
}

const tiled = { name: 'matmul tiled', source: activationSource + tiledWgsl };
const splitSum = { name: 'matmul split sum', source: activationSource + splitSumWgsl };

/** The tile of c that one workgroup of 8×8 threads makes, 4×4 elements a thread. */
const TILE = 32;
/** Below this many tiles a device is mostly idle, and a long inner dimension is worth cutting up. */
const ENOUGH_TILES = 64;
const SHORTEST_SPLIT = 256;

/** Dispatches of c = a·b (+ bias, activation). A long sum over few tiles is split, and the parts added in fixed order. */
export function tiledMatmul(operands: MatmulOperands, { scratch }: Pick<Lowering, 'scratch'>): KernelStep[] {
  const { batch, m, n, k, transposeA, transposeB, a, b, c, bias, activation = 'none' } = operands;
  const tiles = batch * Math.ceil(m / TILE) * Math.ceil(n / TILE);
  const splits = Math.max(1, Math.min(Math.floor(k / SHORTEST_SPLIT), Math.ceil(ENOUGH_TILES / tiles)));
  const epilogue = { HAS_BIAS: bias !== undefined, ACTIVATION: ACTIVATION_CODES[activation] };
  const extent = { BATCH: batch, M: m, N: n, SPLITS: splits };
  const target = splits > 1 ? scratch(splits * batch * m * n) : c;
  const product: KernelStep = {
    kernel: tiled,
    constants: {
      ...extent,
      K: k,
      K_PER_SPLIT: Math.ceil(k / splits),
      TRANSPOSE_A: transposeA,
      TRANSPOSE_B: transposeB,
      ...(splits > 1 ? { HAS_BIAS: false, ACTIVATION: ACTIVATION_CODES.none } : epilogue),
    },
    bindings: [read(a), read(b), read(bias ?? b), write(target)],
    workgroups: [Math.ceil(n / TILE), Math.ceil(m / TILE), batch * splits],
    requires: { invocations: 64, workgroupBytes: 2 * 16 * TILE * 4 },
    flops: 2 * batch * m * n * k,
  };
  if (splits === 1) return [product];
  const sum: KernelStep = {
    kernel: splitSum,
    constants: { COUNT: batch * m * n, N: n, SPLITS: splits, ...epilogue },
    bindings: [read(target), read(bias ?? b), write(c)],
    workgroups: grid(Math.ceil((batch * m * n) / 64)),
    flops: splits * batch * m * n,
  };
  return [product, sum];
}
