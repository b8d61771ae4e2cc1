import { beatLabels, EcgError } from '@ecgpu/ecg-dsp';
import type { BeatSet } from '../data/beat-set.js';
import { randomOf } from '../data/random-stream.js';

/** Beats of one set to train on and to test on: indices, rising. */
export interface BeatSplit {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Beat-random folds: each class's beats are dealt out at random, so that every fold has its share of each, and each beat is
 * tested once. **This leaks**: a patient's neighbouring beats are in training and in test. For comparison with papers that
 * do so; it says nothing about other people.
 *
 * @throws EcgError `BEAT_FOLDS` for fewer than 2 folds, or more than there are beats.
 */
export function stratifiedBeatFolds(set: BeatSet, folds: number, seed: number): BeatSplit[] {
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= set.count)) {
    throw invalid(`${folds} folds of ${set.count} beats.`, 'Give a whole number of folds, 2 or more.');
  }
  const random = randomOf('folds', seed, 0);
  const foldOf = new Uint32Array(set.count);
  // Where one class's deal ends the next one's begins, or the first fold would get every remainder.
  let next = 0;
  for (const label of beatLabels.keys()) {
    const beats = Uint32Array.from(set.labels.keys()).filter((beat) => set.labels[beat] === label);
    for (const beat of random.shuffle(beats)) foldOf[beat] = next++ % folds;
  }
  const all = Uint32Array.from(set.labels.keys());
  return Array.from({ length: folds }, (_, fold) => ({
    train: all.filter((beat) => foldOf[beat] !== fold),
    test: all.filter((beat) => foldOf[beat] === fold),
  }));
}

/**
 * Each record's beats before its `learnedUntil` to train on and those after it to test on: a set that was loaded with a
 * `learnedShare` below 1.
 *
 * @throws EcgError `BEAT_FOLDS` where scale, template and mean interval of a record were taken from all of it.
 */
export function timeSplit(set: BeatSet): BeatSplit {
  const whole = set.records.find(({ learnedUntil }) => learnedUntil === undefined);
  if (whole !== undefined) {
    throw invalid(
      `Record ${whole.name} was prepared from all of its beats, also from those to be tested on.`,
      'Load the records with a learnedShare below 1.',
    );
  }
  const early = (beat: number) => set.peaks[beat]! < set.records[set.recordOf[beat]!]!.learnedUntil!;
  const all = Uint32Array.from(set.labels.keys());
  return { train: all.filter(early), test: all.filter((beat) => !early(beat)) };
}

function invalid(message: string, fix: string): EcgError {
  return new EcgError('BEAT_FOLDS', message, { where: 'folds', fix });
}
