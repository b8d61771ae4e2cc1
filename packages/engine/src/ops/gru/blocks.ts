import { grid, type Kernel, type KernelStep, type Lowering } from '../../graph/lowering.js';
import { activationSource } from '../activation/activation.js';
import type { GruExtent } from './recurrence.js';

/** A page that only infers carries this kernel's name and not the other's. */
export const blocksForward: Kernel = {
  name: 'gru forward, blocks',
  source: async () => activationSource + (await import('./blocks-forward.wgsl')).default,
};
export const blocksBackward: Kernel = {
  name: 'gru backward, blocks',
  source: async () => activationSource + (await import('./blocks-backward.wgsl')).default,
};

/** Four arrays of 4·hidden numbers a thread must fit in the 8 KiB that WGSL grants a function's variables. */
const LARGEST = 120;
/** Below, most lanes would be idle: one row took 1.2 ms, and 0.4 with weights in workgroup memory. */
const FEWEST_ROWS = 8;
/** Rows of the batch that one thread runs, and threads of a workgroup: as many as a CPU's vector has lanes. */
const [ROWS, LANES] = [4, 8];

/**
 * The dispatch of a recurrence by the variant `blocks`, which is for CPUs, or nothing where it was not asked for or does not
 * fit. Barriers are what it avoids: on lavapipe they made the same arithmetic take twice as long.
 *
 * Measured there for hidden 2×32, 64 rows of 20 steps, in CPU time of two cores, against weights in workgroup memory:
 * forward 1.4 ms and 3.4, backward 1.6 and 6.6; hidden 2×64, forward: 5.3 and 22.
 */
export function blockRecurrence(
  kernel: Kernel,
  { batch, steps, directions, hidden }: GruExtent,
  bindings: KernelStep['bindings'],
  variants: Lowering['variants'],
): KernelStep | undefined {
  if (variants['gru'] !== 'blocks' || batch < FEWEST_ROWS || hidden > LARGEST) return undefined;
  return {
    kernel,
    constants: {
      BATCH: batch,
      STEPS: steps,
      DIRECTIONS: directions,
      HIDDEN: hidden,
      ACTIVATION: 0,
    },
    bindings,
    workgroups: grid(Math.ceil((Math.ceil(batch / ROWS) * directions) / LANES)),
    flops: 6 * hidden * hidden * batch * steps * directions,
  };
}
