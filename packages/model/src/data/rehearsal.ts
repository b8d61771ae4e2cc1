import { type BeatSet, selectBeats } from './beat-set.js';
import { BALANCED_DRAWS, type EpochDraws, EpochSampler } from './epoch-sampler.js';

/**
 * A few beats of every class from a training set, balanced over its records: shown again while a model is adapted to one
 * patient, so that it does not forget what this patient lacks. The same seed draws the same beats.
 */
export function drawRehearsal(set: BeatSet, seed: number, perClass = 75): BeatSet {
  const draws: EpochDraws = Object.fromEntries(
    Object.entries(BALANCED_DRAWS).map(([label, draw]) => [label, { ...draw, beats: perClass, replacement: true }]),
  );
  return selectBeats(set, new EpochSampler(set, draws, seed).epoch(0));
}
