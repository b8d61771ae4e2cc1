import { EcgError } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { NOISE_TRAINING, TrainingNoise } from '@ecgpu/model';
import { noiseHash } from '@ecgpu/model/node';
import { Option } from 'commander';

/** Recorded noise to learn from, and what says which it is. */
export interface GivenNoise {
  readonly noise: TrainingNoise;
  /** SHA-256 over the files of its records. */
  readonly dataHash: string;
}

/** `--noise`: a folder with recorded noise to learn from. */
export function trainingNoiseOption(): Option {
  const { records, share, strongest, weakest } = NOISE_TRAINING;
  return new Option(
    '--noise <dir>',
    `folder with the noise records ${records.join(', ')} of nstdb, to learn from their first half too: ${100 * share} % of each record's time is in noise of ${strongest} to ${weakest} dB, in stretches of up to a minute`,
  );
}

/**
 * Reads the noise of a folder.
 *
 * @throws EcgError `NOISE_NOT_FOUND` where a record is not there; of TrainingNoise.load
 */
export async function readTrainingNoise(folder: string): Promise<GivenNoise> {
  const { records } = NOISE_TRAINING;
  const source = folderSource(folder);
  try {
    return { noise: await TrainingNoise.load(source), dataHash: await noiseHash(source, records) };
  } catch (cause) {
    if (!(cause instanceof EcgError && cause.code === 'FILE_NOT_FOUND')) throw cause;
    throw new EcgError('NOISE_NOT_FOUND', `${folder} does not hold the noise records ${records.join(', ')}`, {
      where: folder,
      fix: `Fetch them: ecgpu fetch nstdb --out ${folder} --records ${records.join(',')}`,
      cause,
    });
  }
}

/** What a run's configuration says of it. */
export function noiseConfig(given: GivenNoise | undefined): object {
  return given ? { noise: { ...given.noise.options, dataHash: given.dataHash } } : {};
}

/** The same as a flag, for the command that a model file keeps. */
export function noiseFlag(given: GivenNoise | undefined): string {
  return given ? ' --noise nstdb' : '';
}
