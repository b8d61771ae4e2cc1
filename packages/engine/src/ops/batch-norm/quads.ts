import { type BufferRef, grid, type KernelStep, type Lowering, read, write } from '../../graph/lowering.js';
import type { Op } from '../../graph/node.js';
import { ACTIVATION_CODES, type Activation } from '../activation/activation.js';
import { batchNormExtent, threadChunks } from './extent.js';

const statistics = {
  name: 'batch norm statistics, quads',
  source: async () =>
    (await import('./channel-quads.wgsl')).default + (await import('./statistics-quads.wgsl')).default,
};

/** The training op's dispatches with statistics for CPUs; x's rows are whole quads. */
export function trainingInQuads(op: Op, lowering: Lowering): readonly KernelStep[] {
  const { channels, count } = batchNormExtent('batchNorm', lowering.inputs[0]!);
  const { chunks, chunk } = threadChunks(count);
  const scratch = () => lowering.scratch(2 * channels * chunks);
  const [first, merge, ...rest] = op.webgpu({ ...lowering, scratch }) as [KernelStep, KernelStep, KernelStep];
  const parts = { CHUNKS: chunks, CHUNK: chunk };
  return [
    {
      ...first,
      kernel: statistics,
      constants: { ...first.constants, ...parts },
      workgroups: grid(Math.ceil((channels * chunks) / 16)),
    },
    { ...merge, constants: { ...merge.constants, ...parts } },
    ...rest,
  ];
}

/** pool(activation(norm + addend)); what is absent is left out. */
export interface NormEpilogue {
  readonly addend: BufferRef | undefined;
  readonly activation: Activation;
  /** Where the max pool by windows of two side by side goes; and what it pools, if something else reads that. */
  readonly stores: readonly [whole: BufferRef] | readonly [whole: BufferRef | undefined, pooled: BufferRef];
}

/** A norm's dispatch by the variant `quads` that stores through an epilogue. */
export function normWithEpilogue(
  { bindings, constants, ...step }: KernelStep,
  { addend, activation, stores: [whole, pooled] }: NormEpilogue,
): KernelStep {
  const stores = [whole, pooled].filter((ref) => ref !== undefined);
  const own = [...bindings.slice(0, -1), ...stores.map(write)];
  const parts = [addend && 'add', activation !== 'none' && activation, pooled && 'pool', stores[1] && 'and whole'];
  return {
    ...step,
    kernel: {
      name: `batch norm, ${parts.filter(Boolean).join(' ')}`,
      source: async () =>
        (await import('./normalise-quads.js')).normaliseQuadsSource(
          addend !== undefined,
          whole === undefined ? 'pooled' : pooled ? 'both' : 'whole',
        ),
    },
    constants: {
      ...constants,
      ACTIVATION: ACTIVATION_CODES[activation],
      ...(addend && { ADDEND: own.length }),
    },
    bindings: [...own, ...(addend ? [read(addend)] : [])],
  };
}
