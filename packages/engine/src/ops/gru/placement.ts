import type { KernelLimits, Lowering } from '../../graph/lowering.js';
import privateWgsl from './placement-private.wgsl';
import storageWgsl from './placement-storage.wgsl';

/** Where a recurrence kernel finds its recurrent weights at every step; the kernels' variants by the name `gru`. */
export type GruPlacement = 'private' | 'workgroup' | 'storage';

/** The texts; `workgroup`, which no GPU takes by default, is loaded when it is asked for. */
export const GRU_PLACEMENTS: Readonly<Record<GruPlacement, () => string | Promise<string>>> = {
  private: () => privateWgsl,
  workgroup: async () => (await import('./placement-workgroup.wgsl')).default,
  storage: () => storageWgsl,
};

export interface PlacementChoice {
  readonly placement: GruPlacement;
  /** Rows of the batch that a workgroup runs together. */
  readonly rows: number;
  readonly workgroupBytes: number;
}

/** Up to here a thread's 3·hidden weights leave room for everything else in 255 registers, the most some GPUs have. */
const LARGEST_PRIVATE = 64;
/** 96 registers of weights are no burden anywhere. */
const PRIVATE_BY_DEFAULT = 32;

/**
 * The variant asked for where it fits, else weights in registers for small hidden sizes and in storage for large ones.
 *
 * Measured on lavapipe with 64 rows of 20 steps, forward, median of 13 interleaved rounds: hidden 2×32: private 5.8 ms
 * with one row a workgroup or four, workgroup 12.7 ms with one and 5.8 with four, storage 8.7 with four. Hidden 2×64:
 * private 35 ms with one and 21 with four, storage 120 with one and 35 with four. So four rows share what is read at
 * every step; in registers a small GRU gains nothing from them, and more, shorter workgroups keep a GPU busier.
 *
 * `exchanged` is the number of values each unit passes on through workgroup memory at a step: 1 forward, 4 backward (three gradients, one unused).
 */
export function choosePlacement(
  { batch, hidden, exchanged }: { batch: number; hidden: number; exchanged: 1 | 4 },
  variants: Lowering['variants'],
  limits: KernelLimits,
): PlacementChoice {
  const budget = limits.maxComputeWorkgroupStorageSize;
  const weightBytes = 3 * hidden * hidden * 4;
  const bytesOfRow = 2 * exchanged * hidden * 4;
  const fits: Record<GruPlacement, boolean> = {
    private: hidden <= LARGEST_PRIVATE,
    workgroup: weightBytes + bytesOfRow <= budget,
    storage: true,
  };
  // What `blocks` leaves over, small batches and very large hidden sizes, runs on a CPU all the same.
  const wanted = variants['gru'] === 'blocks' ? 'workgroup' : variants['gru'];
  const byDefault: GruPlacement = hidden <= PRIVATE_BY_DEFAULT ? 'private' : 'storage';
  const placement = isPlacement(wanted) && fits[wanted] ? wanted : byDefault;
  const fixed = placement === 'workgroup' ? weightBytes : 0;
  const most = placement === 'private' && hidden <= PRIVATE_BY_DEFAULT ? 1 : 4;
  let rows = 1;
  while (rows * 2 <= Math.min(most, batch) && fixed + rows * 2 * bytesOfRow <= budget) rows *= 2;
  return { placement, rows, workgroupBytes: fixed + rows * bytesOfRow };
}

function isPlacement(name: string | undefined): name is GruPlacement {
  return name !== undefined && name in GRU_PLACEMENTS;
}
