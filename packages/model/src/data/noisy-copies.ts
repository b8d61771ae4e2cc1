import type { RecordSource } from '@ecgpu/ecg-dsp';
import type { InputContract } from '../preprocess/contract.js';
import { type BeatSet, type LoadOptions, loadBeatSet } from './beat-set.js';
import { randomOf } from './random-stream.js';
import type { TrainingNoise } from './training-noise.js';

/**
 * The annotated beats of some records in noisy copies of them, at the R peaks and with the labels of the records as they are. Each
 * copy's scale, template and mean interval are those of the noisy record, as they would be where it is classified. Which noise
 * comes where depends on the seed, the copy and a record's place in the list alone.
 *
 * @returns a set for each of the noise's copies, with the beats in the order that `loadBeatSet` has them in.
 * @throws EcgError of loadBeatSet and TrainingNoise
 */
export async function loadNoisyCopies(
  source: RecordSource,
  names: readonly string[],
  contract: InputContract,
  noise: TrainingNoise,
  seed: number,
  { onRecord, ...options }: Omit<LoadOptions, 'disturb'> = {},
): Promise<BeatSet[]> {
  const sets: BeatSet[] = [];
  const { copies } = noise.options;
  while (sets.length < copies) {
    const copy = sets.length;
    const before = copy * names.length;
    sets.push(
      await loadBeatSet(source, names, contract, {
        ...options,
        disturb: (record, beats, index) => noise.copyOf(record, beats, randomOf('noise', seed, copy, index)),
        onRecord: (record, done, total) => onRecord?.(record, before + done, copies * total),
      }),
    );
  }
  return sets;
}
