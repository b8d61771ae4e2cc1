import {
  BEAT_CONTRACT,
  BEAT_NETWORK,
  type BeatModel,
  type BeatSet,
  type BeatTrainingConfig,
  beatTrainingConfig,
  DEFAULT_TRAINING,
  EACH_LEAD_DRAWS,
  eachLead,
  encodeModel,
  type ParameterValues,
  trainOnBeats,
} from '@ecgpu/model';
import { heldOutBeats, validationConfig, validationFlags, validationOn } from './held-out.js';
import {
  loadTrainingBeats,
  networkFlags,
  openRun,
  provenanceOf,
  recordedIn,
  type Trained,
  type TrainingJob,
} from './job.js';

/**
 * Trains a beat model into a folder.
 *
 * @param beats the job's beats where they have been read already.
 */
export async function trainBeat(job: TrainingJob, folder = job.out, beats?: BeatSet): Promise<Trained> {
  const epochs = job.epochs ?? DEFAULT_TRAINING.epochs;
  const config = encoderConfig(job, epochs);
  const { validation } = job;
  const whole = validation ? { ...config, validation: validationConfig(validation) } : config;
  const opened = await openRun(job, folder, whole);
  const device = await job.device();
  const set = eachLead(beats ?? (await loadTrainingBeats(job)));
  const flags = `${networkFlags({ leads: job.leads, members: 1, stages: 2 })}${validationFlags(validation)}${job.imbalance?.flags ?? ''}`;
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
  const { averaged, reports } = await trainOnBeats(device, set, config, hooks);
  job.onNetwork?.(reports.length);
  const model = await opened.run.saveModel(encodeModel(modelOf(averaged)));
  return { model, beats: set.count, epochs: reports };
}

/** What a beat model, or a sequence model's encoder, is trained by. */
export function encoderConfig(
  { seed, leads, imbalance }: TrainingJob,
  epochs = DEFAULT_TRAINING.epochs,
): BeatTrainingConfig {
  const config = beatTrainingConfig(BEAT_NETWORK, { seed, epochs });
  const { flags: _, ...changes } = imbalance ?? { flags: '' };
  return { ...config, ...(leads === 2 ? { draws: EACH_LEAD_DRAWS } : {}), ...changes };
}
