import { type BufferRef, grid, type KernelStep, type Lowering, read, write } from '../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation, activationSource } from '../activation/activation.js';
import { enoughParts } from '../long-sums.js';
import registerTileWgsl from '../register-tile.wgsl';
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
const direct = {
  name: 'matmul direct',
  source: async () => activationSource + registerTileWgsl + (await import('./direct.wgsl')).default,
};
const splitSum = { name: 'matmul split sum', source: activationSource + splitSumWgsl };

/** The tile of c that one workgroup of 8×8 threads makes, 4×4 elements a thread. */
const TILE = 32;
/** Below this many tiles a device is mostly idle, and a long inner dimension is worth cutting up. */
const ENOUGH_TILES = 64;
const SHORTEST_SPLIT = 256;

/**
 * Dispatches of c = a·b (+ bias, activation). A long sum over few tiles is split, and the parts added in fixed order.
 *
 * Variants by the name `matmul`: `tiled` (default) shares what it reads in workgroup memory. `direct` reads everything
 * from storage, 8×8 elements a thread: for a CPU workgroup memory is no nearer than any other and a barrier is dear.
 * On lavapipe, in CPU time of two cores, 512³: direct 10.5 ms (25 GFLOP/s), with 8×4 elements
 * a thread 13; tiled 60 ms. [1280, 64] · [64, 192]: direct 1.6 ms, tiled 6.6.
 */
export function matmulSteps(
  operands: MatmulOperands,
  { scratch, variants }: Pick<Lowering, 'scratch' | 'variants'>,
): KernelStep[] {
  const { batch, m, n, k, transposeA, transposeB, a, b, c, bias, activation = 'none' } = operands;
  const tiles = batch * Math.ceil(m / TILE) * Math.ceil(n / TILE);
  const splits = Math.max(
    1,
    Math.min(Math.floor(k / SHORTEST_SPLIT), Math.ceil(enoughParts(ENOUGH_TILES, variants) / tiles)),
  );
  const epilogue = { HAS_BIAS: bias !== undefined, ACTIVATION: ACTIVATION_CODES[activation] };
  const target = splits > 1 ? scratch(splits * batch * m * n) : c;
  const constants = {
    BATCH: batch,
    M: m,
    N: n,
    K: k,
    SPLITS: splits,
    K_PER_SPLIT: Math.ceil(k / splits),
    ...(splits > 1 ? { HAS_BIAS: false, ACTIVATION: ACTIVATION_CODES.none } : epilogue),
  };
  const bindings = [read(a), read(b), read(bias ?? b), write(target)];
  const flops = 2 * batch * m * n * k;
  const [x, y] = grid(Math.ceil((Math.ceil(m / 8) * Math.ceil(n / 8)) / 16));
  const product: KernelStep =
    variants['matmul'] === 'direct'
      ? {
          kernel: direct,
          constants: {
            ...constants,
            A_ROW: transposeA ? 1 : k,
            A_STEP: transposeA ? m : 1,
            B_STEP: transposeB ? 1 : n,
            B_COLUMN: transposeB ? k : 1,
          },
          bindings,
          workgroups: [x, y, batch * splits],
          flops,
        }
      : {
          kernel: tiled,
          constants: { ...constants, TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB },
          bindings,
          workgroups: [Math.ceil(n / TILE), Math.ceil(m / TILE), batch * splits],
          requires: { invocations: 64, workgroupBytes: 2 * 16 * TILE * 4 },
          flops,
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
