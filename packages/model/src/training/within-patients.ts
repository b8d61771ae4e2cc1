import type { Augmentation } from '../data/augmentation.js';
import type { ClassDraws } from '../data/epoch-sampler.js';
import { BEAT_NETWORK } from '../network/beat-network.js';
import { BEAT_CONTRACT, type InputContract } from '../preprocess/contract.js';
import type { BeatTrainingConfig } from './beat-training.js';
import { CROSS_ENTROPY } from './class-loss.js';
import { DEFAULT_TRAINING, type TrainingOptions } from './train.js';

/** With the paced beats and the few that nobody could tell, which other protocols leave out. */
export const FIVE_CLASS_CONTRACT: InputContract = { ...BEAT_CONTRACT, classes: ['N', 'S', 'V', 'F', 'Q'] };

/** Weaker than for other people's hearts: what a patient's beats look like may be learned here. */
const WITHIN_PATIENTS_AUGMENTATION: Augmentation = {
  shift: 2,
  wander: 0.05,
  noise: 0.01,
  gain: 0.05,
  features: 0.02,
  normalisers: 0.02,
};

const often = (times: number): ClassDraws => ({ beats: { times }, replacement: true, recordBalance: 0, fewest: 1 });

/**
 * For protocols that train and test on the same patients. The rare classes are drawn more often than they are, and the loss
 * takes this out of the logits again, so that no class is called too often.
 */
export function withinPatientsConfig(changes: Partial<TrainingOptions> = {}): BeatTrainingConfig {
  return {
    network: { ...BEAT_NETWORK, classes: FIVE_CLASS_CONTRACT.classes.length },
    training: { ...DEFAULT_TRAINING, epochs: 10, ...changes },
    draws: {
      N: { beats: 15_000, replacement: false, recordBalance: 0.5, fewest: 1 },
      S: often(2),
      V: often(1),
      F: often(2),
      Q: { beats: 2500, replacement: false, recordBalance: 0, fewest: 1 },
    },
    weighting: { method: 'power', exponent: 0 },
    loss: { ...CROSS_ENTROPY, naturalShares: true },
    augmentation: WITHIN_PATIENTS_AUGMENTATION,
  };
}
