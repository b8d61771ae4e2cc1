import { EcgError } from '@ecgpu/ecg-dsp';
import { randomOf } from '../data/random-stream.js';
import { rhythmClasses } from './classes.js';
import type { RhythmReference } from './reference-file.js';

/**
 * Parts of about the same size that have about the same share of each first label. A recording is in one part, whole: its
 * stretches are never on both sides. (The challenge does not say which recordings are of one person.)
 *
 * @returns the records of each part, sorted by name; the same for the same references and seed.
 * @throws EcgError `FOLDS` for fewer than 2 parts, or more than there are recordings.
 */
export function rhythmFolds(references: readonly RhythmReference[], parts: number, seed: number): string[][] {
  if (!(Number.isInteger(parts) && parts >= 2 && parts <= references.length)) {
    throw new EcgError('FOLDS', `${references.length} recordings cannot be dealt into ${parts} parts`, {
      where: 'folds',
      fix: `Give a whole number from 2 to ${references.length}.`,
    });
  }
  const random = randomOf('folds', seed, 0);
  const folds = Array.from({ length: parts }, (): string[] => []);
  let next = 0;
  for (const name of rhythmClasses) {
    const records = references.filter(({ classes }) => classes[0] === name).map(({ record }) => record);
    for (const record of random.shuffle(records.sort())) folds[next++ % parts]!.push(record);
  }
  return folds.map((records) => records.sort());
}
