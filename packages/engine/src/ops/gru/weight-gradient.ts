import { grid, type KernelStep, type KernelVariants, read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import { enoughParts } from '../long-sums.js';
import registerTileWgsl from '../register-tile.wgsl';
import type { GruExtent } from './recurrence.js';
import type { RecurrenceDerivative } from './recurrence-gradient.js';
import weightGradientWgsl from './weight-gradient.wgsl';
import sumWgsl from './weight-gradient-sum.wgsl';

const shared = { name: 'gru weight gradient', source: weightGradientWgsl };
const direct = {
  name: 'gru weight gradient direct',
  source: async () => registerTileWgsl + (await import('./weight-gradient-direct.wgsl')).default,
};
const sum = { name: 'gru weight gradient sum', source: sumWgsl };

const TILE = 32;
/** Below this many tiles a device is mostly idle, and the sum over batch and time is worth cutting up. */
const ENOUGH_TILES = 64;
const SHORTEST_SPLIT = 128;
/** Threads of the direct kernel that keep a CPU's cores and lanes busy. */
const ENOUGH_THREADS = 512;

/** Inputs the two slopes of a `RecurrenceDerivative` and the states; outputs ∂loss/∂U and ∂loss/∂b. */
export const gruWeightGradientOp = defineOp({
  name: 'gruWeightGradient',
  infer(_inputs, { directions, hidden }: GruExtent) {
    return [
      { dtype: 'f32', shape: [directions, 3 * hidden, hidden] },
      { dtype: 'f32', shape: [directions, 3 * hidden] },
    ];
  },
  webgpu({ attributes, input, output, scratch, variants }) {
    const { batch, steps, directions, hidden } = attributes;
    const [WEIGHTS, BIASES] = [directions * 3 * hidden * hidden, directions * 3 * hidden];
    const share = variants['gru'] === 'blocks' ? directShare(attributes, variants) : sharedShare(attributes, variants);
    const partial = scratch(share.SPLITS * (WEIGHTS + BIASES));
    const extent = { BATCH: batch, STEPS: steps, DIRECTIONS: directions, HIDDEN: hidden };
    const flops = 2 * batch * steps * (WEIGHTS + BIASES);
    const parts: KernelStep[] =
      'PER_SPLIT' in share
        ? [
            {
              kernel: shared,
              constants: { ...extent, ...share },
              bindings: [read(input(0)), read(input(1)), read(input(2)), write(partial)],
              workgroups: [...tilesOf(attributes), directions * share.SPLITS],
              flops,
            },
          ]
        : [
            { slopes: input(0), ROWS: 2 * hidden, PITCH: 3 * hidden, FIRST: 0 },
            { slopes: input(1), ROWS: hidden, PITCH: hidden, FIRST: 2 * hidden },
          ].map(({ slopes, ...constants }) => ({
            kernel: direct,
            constants: { ...extent, ...share, ...constants },
            bindings: [read(slopes), read(input(2)), write(partial)],
            workgroups: grid(Math.ceil((threadsOf(constants.ROWS, attributes) * share.SPLITS) / 16)),
            flops: (flops * constants.ROWS) / (3 * hidden),
          }));
    return [
      ...parts,
      {
        kernel: sum,
        constants: { WEIGHTS, BIASES, SPLITS: share.SPLITS },
        bindings: [read(partial), write(output(0)), write(output(1))],
        workgroups: grid(Math.ceil((WEIGHTS + BIASES) / 64)),
        flops: share.SPLITS * (WEIGHTS + BIASES),
      },
    ];
  },
});

const tilesOf = ({ hidden }: GruExtent) => [Math.ceil(hidden / TILE), Math.ceil((3 * hidden) / TILE)] as const;

function sharedShare(extent: GruExtent, variants: KernelVariants) {
  const { batch, steps, directions } = extent;
  const [columns, rows] = tilesOf(extent);
  const wanted = Math.ceil(enoughParts(ENOUGH_TILES, variants) / (rows * columns * directions));
  const SPLITS = Math.max(1, Math.min(Math.floor((batch * steps) / SHORTEST_SPLIT), wanted));
  return { SPLITS, PER_SPLIT: Math.ceil((batch * steps) / SPLITS) };
}

/** Threads of the direct kernel, 8 × 8 elements each. */
const threadsOf = (rows: number, { hidden, directions }: GruExtent) =>
  Math.ceil(rows / 8) * Math.ceil(hidden / 8) * directions;

function directShare(extent: GruExtent, variants: KernelVariants) {
  let SPLITS = Math.min(
    extent.batch,
    Math.ceil(enoughParts(ENOUGH_THREADS, variants) / threadsOf(3 * extent.hidden, extent)),
  );
  while (extent.batch % SPLITS > 0) SPLITS--;
  return { SPLITS, BATCH_PER_SPLIT: extent.batch / SPLITS };
}

/** ∂loss/∂recurrentWeight and ∂loss/∂recurrentBias from the recurrence's slopes and its states. */
export function gruWeightDerivative(
  { projected, recurrentN }: RecurrenceDerivative,
  states: Tensor,
  extent: GruExtent,
): { weight: Tensor; bias: Tensor } {
  const [weight, bias] = apply(gruWeightGradientOp, [projected, recurrentN, states], extent);
  return { weight: weight!, bias: bias! };
}
