import { type BeatLabel, beatLabels } from '@ecgpu/ecg-dsp';
import { RandomGenerator } from '@ecgpu/engine';
import { BEAT_CONTRACT, windowLength } from '../preprocess/contract.js';
import type { RecordBeats } from '../preprocess/record-beats.js';
import { type BeatSet, joinRecords } from './beat-set.js';

/** A set of so many beats of each class in each record, with random windows, features within ± 1 and a margin of 3. */
export function syntheticSet(records: readonly Partial<Record<BeatLabel, number>>[], seed = 1): BeatSet {
  const margin = 3;
  const wide = windowLength(BEAT_CONTRACT) + 2 * margin;
  const width = BEAT_CONTRACT.rhythm.features.length;
  const random = new RandomGenerator(seed);
  const noise = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
  const labelled = records.map((counts, r) => {
    const labels = Uint8Array.from(beatLabels.flatMap((label, index) => Array<number>(counts[label] ?? 0).fill(index)));
    const beats: RecordBeats = {
      count: labels.length,
      peaks: Int32Array.from(labels, (_, i) => 300 * (i + 1)),
      margin,
      beats: noise(labels.length * wide),
      template: noise(wide),
      features: noise(labels.length * width),
      problems: new Uint8Array(labels.length),
      scale: 1,
      diagnostics: [],
    };
    return { name: `r${r}`, fs: 360, lead: 'MLII', beats, labels, fibrillation: new Uint8Array(labels.length) };
  });
  return joinRecords(labelled, BEAT_CONTRACT);
}
