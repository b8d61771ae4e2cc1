import { EcgError } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import { type EpochReport, fileHash } from '@ecgpu/model';
import { TrainingRun } from '@ecgpu/model/node';
import {
  encodeRhythmModel,
  type LabelledRecording,
  type RhythmModel,
  rhythmTrainingConfig,
  trainOnRecordings,
} from '@ecgpu/model/rhythm';
import type { Console } from '../output/console.js';
import { holdingRun } from '../training/held-run.js';
import { VERSION } from '../version.js';

export interface RhythmTrainingJob {
  readonly recordings: readonly LabelledRecording[];
  /** SHA-256 over the files of all recordings that were found. */
  readonly dataHash: string;
  /** The run's folder. */
  readonly out: string;
  /** What the records are called together, for the run's configuration. */
  readonly split: string;
  readonly seed: number;
  readonly epochs: number | undefined;
  readonly resume: boolean;
  /** The command line that repeats it. */
  readonly command: string;
}

export interface TrainedRhythm {
  /** Path of the model file. */
  readonly path: string;
  readonly hash: string;
  readonly model: RhythmModel;
  readonly epochs: readonly EpochReport[];
}

/** Trains a rhythm model into a folder: configuration, a line of metrics an epoch, checkpoints, the model. */
export function trainRhythm(job: RhythmTrainingJob, device: Device, console: Console): Promise<TrainedRhythm> {
  return holdingRun(job.out, () => trainIn(job, device, console));
}

async function trainIn(job: RhythmTrainingJob, device: Device, console: Console): Promise<TrainedRhythm> {
  const { recordings, dataHash, out, split, seed, epochs, resume, command } = job;
  const config = rhythmTrainingConfig({ seed, ...(epochs === undefined ? {} : { epochs }) });
  const records = recordings.map(({ signal }) => signal.record);
  const { run, checkpoint } = await openRun(out, { config, split, records, dataHash }, resume, console);
  if (checkpoint) console.err(`going on after epoch ${checkpoint.epoch}\n`);
  const line = console.progress('steps');
  const { averaged, reports } = await trainOnRecordings(device, recordings, config, {
    ...(checkpoint ? { resume: checkpoint } : {}),
    onStep: (done, total, loss) => line.update(done, total, `loss ${loss.toFixed(4)}`),
    onEpoch: async (report, capture) => {
      const { beatsPerSecond, ...metrics } = report;
      await run.logMetrics({ ...metrics, recordingsPerSecond: beatsPerSecond });
      await run.saveCheckpoint(await capture());
    },
  });
  line.end();
  const model: RhythmModel = {
    kind: 'rhythm',
    shape: config.network,
    contract: config.contract,
    values: averaged,
    provenance: { command, seed, device: `${device.kind}: ${device.description}`, records, dataHash, version: VERSION },
  };
  const bytes = encodeRhythmModel(model);
  return { path: await run.saveModel(bytes), hash: await fileHash(bytes), model, epochs: reports };
}

/** A run that is to be resumed and has not begun yet is started. */
async function openRun(
  out: string,
  config: Parameters<typeof TrainingRun.start>[1],
  resume: boolean,
  console: Console,
): Promise<Awaited<ReturnType<typeof TrainingRun.resume>>> {
  if (resume) {
    try {
      return await TrainingRun.resume(out, config, (file) => console.err(`${file} is damaged and is not used\n`));
    } catch (error) {
      if (!(error instanceof EcgError && error.code === 'NO_RUN')) throw error;
    }
  }
  return { run: await TrainingRun.start(out, config), checkpoint: undefined };
}
