import { type BufferRef, grid, type KernelStep, type Lowering, read, write } from '../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation, activationSource } from '../activation/activation.js';
import { enoughParts } from '../long-sums.js';
import registerTileWgsl from '../register-tile.wgsl';
import type { MatmulExtent } from './matmul.js';
import tiledWgsl from './tiled.wgsl';
import tiledOperandsWgsl from './tiled-operands.wgsl';

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

const operandsSource = activationSource + tiledOperandsWgsl;
const tiled = { name: 'matmul tiled', source: operandsSource + tiledWgsl };
const tiledWide = {
  name: 'matmul tiled, 8 by 8',
  source: async () => operandsSource + registerTileWgsl + (await import('./tiled-wide.wgsl')).default,
};
/** Long sums over few outputs are those of training: weights' gradients. */
const splitSum = {
  name: 'matmul split sum',
  source: async () => activationSource + (await import('./split-sum.wgsl')).default,
};

/** Floats of each operand in workgroup memory at a time: 8 KiB together, or less. */
const STAGED = 1024;
/** Steps of the inner dimension at a time, at most. */
const DEEPEST = 16;
/** Below this many tiles a device is mostly idle, and a long inner dimension is worth cutting up. */
const ENOUGH_TILES = 64;
const SHORTEST_SPLIT = 256;
/** Columns from which on threads with 8 of them each keep most of a subgroup's lanes busy. */
const NARROWEST = 32;

/**
 * Dispatches of c = a·b (+ bias, activation). A long sum over few tiles is split, and the parts added in fixed order.
 *
 * Variants by the name `matmul`: `tiled` (default) shares what it reads in workgroup memory, 8×8 threads with 4×4 elements
 * each; `tiled, 256 threads`, `8 by 8` (elements a thread) and both together make larger tiles, which read less and leave
 * fewer workgroups: for large products, on GPUs with room for them. `direct` reads everything from storage, 8×8 elements
 * a thread: for a CPU workgroup memory is no nearer than any other and a barrier is dear. `subgroups`: 32×8, with rows that are
 * loaded once for all threads of a subgroup; narrow products, and where subgroups of 8 threads are not certain, are `direct`.
 * On lavapipe, in CPU time of two cores, 512³: subgroups 3.7 ms (73 GFLOP/s), direct 10.0, tiled 60. [1280, 64] · [64, 192]:
 * subgroups 0.54 ms, direct 1.4, tiled 6.6. Columns from which on it pays: 24 to 32.
 */
export function matmulSteps(
  operands: MatmulOperands,
  { scratch, limits, variants }: Pick<Lowering, 'scratch' | 'limits' | 'variants'>,
): KernelStep[] {
  const { batch, m, n, k, transposeA, transposeB, a, b, c, bias, activation = 'none' } = operands;
  const variant = variants['matmul'] ?? '';
  const wide = variant.startsWith('8 by 8');
  const side = variant.endsWith('256 threads') ? 16 : 8;
  const each = wide ? 8 : 4;
  const tile = side * each;
  const depth = Math.min(DEEPEST, STAGED / tile);
  const tiles = batch * Math.ceil(m / tile) * Math.ceil(n / tile);
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
    A_ROW: transposeA ? 1 : k,
    A_STEP: transposeA ? m : 1,
    B_STEP: transposeB ? 1 : n,
    B_COLUMN: transposeB ? k : 1,
    ...(splits > 1 ? { HAS_BIAS: false, ACTIVATION: ACTIVATION_CODES.none } : epilogue),
  };
  const forCpus = () => {
    const together = variant === 'subgroups' && limits.subgroupSize! >= 8 && n >= NARROWEST;
    const rows = together && m > 8 ? 32 : 8;
    const [x, y] = grid(
      together ? Math.ceil(m / rows) * Math.ceil(n / 64) : Math.ceil((Math.ceil(m / 8) * Math.ceil(n / 8)) / 16),
    );
    return {
      kernel: {
        name: `matmul ${together ? variant : 'direct'}`,
        source: async () => (await import('./direct-for-cpus.js')).directForCpus(together, n, transposeB),
      },
      constants: { ...constants, ROWS: rows, SUBGROUPS: together },
      workgroups: [x, y, batch * splits] as const,
    };
  };
  const product: KernelStep = {
    bindings: [read(a), read(b), read(bias ?? b), write(target)],
    flops: 2 * batch * m * n * k,
    ...(variant === 'direct' || variant === 'subgroups'
      ? forCpus()
      : {
          kernel: wide ? tiledWide : tiled,
          constants: { ...constants, SIDE: side, EACH: each, DEPTH: depth },
          workgroups: [Math.ceil(n / tile), Math.ceil(m / tile), batch * splits],
        }),
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
