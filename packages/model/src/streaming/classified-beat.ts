import type { BeatLabel } from '@ecgpu/ecg-dsp';
import { type ClassifiedBeat, UNUSABLE } from '../classify.js';
import { mostLikely } from '../logits/most-likely.js';
import { isUsable } from '../preprocess/signal-problems.js';
import type { CalledBeat } from './stream-caller.js';

/** A called beat as users see it: marked and not guessed where it lies on missing or flat signal, or on one that stands still. */
export function classifiedBeat(
  { beat: { sample, problems, still }, logits, probabilities }: CalledBeat,
  fs: number,
  classes: readonly BeatLabel[],
): ClassifiedBeat {
  const usable = isUsable(problems) && !still;
  return {
    sample,
    time: sample / fs,
    // By logits: two probabilities may round to the same f32.
    class: usable ? classes[mostLikely(logits)]! : UNUSABLE,
    ...(usable ? {} : { reason: 'signal' }),
    probabilities: usable ? Object.fromEntries(classes.map((label, i) => [label, probabilities[i]!])) : null,
  };
}
