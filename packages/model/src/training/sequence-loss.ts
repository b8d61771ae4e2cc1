import { add, reshape, scale, type Tensor } from '@ecgpu/engine';
import type { SequenceNetworkOutputs } from '../network/sequence-network.js';
import { binaryCrossEntropy } from './binary-cross-entropy.js';
import { classLoss } from './class-loss.js';

/** How much the auxiliary losses count beside the classes' own. */
export interface SequenceLossShares {
  /** The classes as each beat alone shows them: trains the joint layer directly. */
  readonly beat: number;
  /** Fibrillation or not, from the rhythm alone. */
  readonly fibrillation: number;
}

export const SEQUENCE_LOSS: SequenceLossShares = { beat: 0.5, fibrillation: 0.5 };

/** See {@link classLoss}. */
export interface ClassLossOptions {
  readonly focal?: number;
  readonly offsets?: readonly number[];
}

export interface SequenceTargets {
  /** i32 [batch · beats]: class of each beat. */
  readonly label: Tensor;
  /** f32 [batch · beats]: its weight; 0 for one that does not count. */
  readonly weight: Tensor;
  /** i32 [batch · beats]: 1 in atrial fibrillation or flutter. */
  readonly fibrillation: Tensor;
}

/**
 * The weighted loss of the classes, the same of the beat-only head, and the binary cross-entropy of fibrillation
 * over all beats: a scalar.
 */
export function sequenceLoss(
  { logits, beatLogits, fibrillation }: SequenceNetworkOutputs,
  { label, weight, fibrillation: inFibrillation }: SequenceTargets,
  shares: SequenceLossShares,
  { focal = 0, offsets = [] }: ClassLossOptions = {},
): Tensor {
  const rows = label.shape[0]!;
  const classes = logits.shape[2]!;
  const own = classLoss(reshape(logits, [rows, classes]), label, weight, focal, offsets);
  const beat = classLoss(reshape(beatLogits, [rows, classes]), label, weight, focal, offsets);
  const rhythm = binaryCrossEntropy(reshape(fibrillation, [rows, 1]), inFibrillation);
  return add(own, add(scale(beat, shares.beat), scale(rhythm, shares.fibrillation)));
}
