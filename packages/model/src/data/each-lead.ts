import { withoutSecondLead } from '../preprocess/contract.js';
import { type BeatSet, joinBeatSets } from './beat-set.js';
import { BALANCED_DRAWS, type ClassDraws, type EpochDraws } from './epoch-sampler.js';

/**
 * The beats of both leads as a set of one lead: a record's beats in its first lead, and once more in its second as if it
 * were another record. What learns from it takes leads as they come. A set of one lead comes back as it is.
 */
export function eachLead(set: BeatSet): BeatSet {
  const { second, ...first } = set;
  return second ? joinBeatSets({ ...first, contract: withoutSecondLead(set.contract) }, second) : first;
}

/** {@link BALANCED_DRAWS} for a set that has every beat so many times: as many beats in an epoch as if it had each once. */
export function drawsOfCopies(copies: number): EpochDraws {
  const shared = (draws: ClassDraws): ClassDraws =>
    typeof draws.beats === 'number' ? draws : { ...draws, beats: { times: draws.beats.times / copies } };
  return Object.fromEntries(Object.entries(BALANCED_DRAWS).map(([label, draws]) => [label, shared(draws)]));
}
