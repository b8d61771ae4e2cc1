import {
  BEAT_CONTRACT,
  BEAT_NETWORK,
  type BeatModel,
  type BeatSet,
  type BeatTrainingConfig,
  beatTrainingConfig,
  DEFAULT_TRAINING,
  drawsOfCopies,
  eachLead,
  encodeModel,
  type ParameterValues,
  trainOnBeats,
} from '@ecgpu/model';
import { noiseFlag } from '../options/training-noise.js';
import { heldOutBeats, validationConfig, validationFlags, validationOn } from './held-out.js';
import {
  loadTrainingBeats,
  loadTrainingCopies,
  networkFlags,
  openRun,
  provenanceOf,
  recordedIn,
  type Trained,
  type TrainingJob,
} from './job.js';

/** What a training learns from, as it was read. */
export interface TrainingBeats {
  readonly set: BeatSet;
  /** Its noisy copies, where there is noise to learn from. */
  readonly copies: readonly BeatSet[];
}

/**
 * Trains a beat model into a folder.
 *
 * @param read the job's beats, and those of its noisy copies, where they have been read already.
 */
export async function trainBeat(job: TrainingJob, folder = job.out, read?: TrainingBeats): Promise<Trained> {
  const epochs = job.epochs ?? DEFAULT_TRAINING.epochs;
  const config = encoderConfig(job, epochs);
  const { validation } = job;
  const whole = {
    ...config,
    ...(job.foundPeaks ? { foundPeaks: true } : {}),
    ...(validation ? { validation: validationConfig(validation) } : {}),
  };
  const opened = await openRun(job, folder, whole);
  const device = await job.device();
  const { set: beats, copies } = read ?? { set: await loadTrainingBeats(job), copies: await loadTrainingCopies(job) };
  const set = eachLead(beats);
  const flags = `${networkFlags({ ...job, members: 1, stages: 2 })}${validationFlags(validation)}${job.imbalance?.flags ?? ''}${noiseFlag(job.noise)}`;
  const command = `ecgpu train --split ${job.split} --seed ${job.seed} --epochs ${epochs}${flags}`;
  const provenance = {
    ...provenanceOf(job, device, command),
    // People on whom the epoch was chosen are no test of it either.
    records: [...job.records, ...(validation?.list.records ?? [])],
  };
  const modelOf = (values: ParameterValues): BeatModel => ({
    ...{ kind: 'beat', shape: BEAT_NETWORK, contract: BEAT_CONTRACT, values, provenance },
  });
  const hooks = {
    ...recordedIn(opened, job.console),
    ...(validation
      ? {
          validation: await validationOn(
            await heldOutBeats(validation, job, BEAT_CONTRACT),
            validation.patience,
            opened,
            device,
            { model: modelOf, values: ({ values }) => values },
          ),
        }
      : {}),
  };
  const { averaged, reports } = await trainOnBeats(device, set, config, hooks, copies.map(eachLead));
  job.onNetwork?.(reports.length);
  const model = await opened.run.saveModel(encodeModel(modelOf(averaged)));
  return { model, beats: set.count, epochs: reports };
}

/** What a beat model, or a sequence model's encoder, is trained by. */
export function encoderConfig(
  { seed, leads, foundPeaks, imbalance }: TrainingJob,
  epochs = DEFAULT_TRAINING.epochs,
): BeatTrainingConfig {
  const config = beatTrainingConfig(BEAT_NETWORK, { seed, epochs });
  const { flags: _, ...changes } = imbalance ?? { flags: '' };
  const copies = leads * (foundPeaks ? 2 : 1);
  return { ...config, draws: drawsOfCopies(copies), ...changes };
}
