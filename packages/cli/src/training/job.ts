import { EcgError, type RecordSource } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import {
  BEAT_CONTRACT,
  type BeatSet,
  type Checkpoint,
  databaseNote,
  type EpochReport,
  type InputContract,
  type LearnedNoise,
  loadBeatSet,
  loadNoisyCopies,
  type Provenance,
  type RecordList,
  type StageName,
  TRAINING_AUGMENTATION,
  type TrainingHooks,
  withSecondLead,
} from '@ecgpu/model';
import { type RunConfig, TrainingRun } from '@ecgpu/model/node';
import { type GivenNoise, noiseConfig } from '../options/training-noise.js';
import type { Console } from '../output/console.js';
import { VERSION } from '../version.js';
import type { Imbalance } from './imbalance.js';

/** Records on which epochs are scored, none of them of the people trained on. */
export interface HeldOut {
  readonly list: RecordList;
  readonly dataHash: string;
  /** Epochs without a better score after which training ends. */
  readonly patience: number;
}

/** What is to be trained, whatever the kind of model. */
export interface TrainingJob {
  readonly source: RecordSource;
  readonly split: string;
  /** Database that the records are of. */
  readonly database: string;
  readonly records: readonly string[];
  readonly dataHash: string;
  /** The run's folder. */
  readonly out: string;
  readonly seed: number;
  /** As given; each kind has its own default. */
  readonly epochs: number | undefined;
  /** Leads of a record to learn from: a beat model from each by itself, a sequence model from both together. */
  readonly leads: 1 | 2;
  /** Networks of a sequence model. */
  readonly members: number;
  /** Networks over beats in each member of a sequence model: of two leads, the second is its relative stage. */
  readonly stages: 1 | 2;
  /** Whether each record is learned from a second time, at the R peaks that are found in it. */
  readonly foundPeaks: boolean;
  /** Model file whose encoder is taken; trained first where absent. */
  readonly encoder: string | undefined;
  readonly resume: boolean;
  /** People held out, on whom each epoch is scored. */
  readonly validation?: HeldOut;
  /** What is done about classes of different size; absent: what each kind recommends. */
  readonly imbalance?: Imbalance;
  /** Recorded noise to learn from beside the records. */
  readonly noise?: GivenNoise;
  readonly console: Console;
  /** Called when a network of the model is there, with the epochs that were trained of it just now: none where a run had all. */
  readonly onNetwork?: (epochs: number) => void;
  /** Opens the chosen device, once. */
  readonly device: () => Promise<Device>;
}

/** An epoch of one of a model's networks. */
export interface TrainedEpoch extends EpochReport {
  /** Of a sequence model: a member's encoder, or one of its two stages, */
  readonly network?: 'encoder' | StageName;
  /** and the member, from 0. */
  readonly member?: number;
}

export interface Trained {
  /** Path of the model file. */
  readonly model: string;
  readonly beats: number;
  /** Of all its networks, in the order they were trained in; those that an earlier start of the run trained are not among them. */
  readonly epochs: readonly TrainedEpoch[];
}

export interface OpenedRun {
  readonly run: TrainingRun;
  readonly checkpoint: Checkpoint | undefined;
}

/** Starts the run in a folder, or goes on with it where the job resumes; one that had not begun yet is started. */
export async function openRun(
  job: Pick<TrainingJob, 'split' | 'records' | 'dataHash' | 'noise' | 'out' | 'resume' | 'console'>,
  folder: string,
  config: object,
): Promise<OpenedRun> {
  const { split, records, dataHash, console } = job;
  const whole: RunConfig = { config: { ...config, ...noiseConfig(job.noise) }, split, records, dataHash };
  if (!job.resume) return { run: await TrainingRun.start(folder, whole), checkpoint: undefined };
  try {
    const opened = await TrainingRun.resume(folder, whole, (file) =>
      console.err(`${file} is damaged and is not used\n`),
    );
    if (opened.checkpoint) console.err(`going on after epoch ${opened.checkpoint.epoch}\n`);
    return opened;
  } catch (error) {
    if (folder === job.out || !(error instanceof EcgError && error.code === 'NO_RUN')) throw error;
    return { run: await TrainingRun.start(folder, whole), checkpoint: undefined };
  }
}

/** The training records' beats in as many leads as the job takes, and at the R peaks that it takes, with room to shift their windows. */
export async function loadTrainingBeats({
  source,
  records,
  leads,
  foundPeaks,
  console,
}: TrainingJob): Promise<BeatSet> {
  const reading = console.progress('records');
  const set = await loadBeatSet(source, records, trainingContract(leads), {
    margin: TRAINING_AUGMENTATION.shift,
    alsoFound: foundPeaks,
    onRecord: (record, done, total) => reading.update(done, total, record),
  });
  reading.end(`${set.count} beats`);
  return set;
}

/** The same beats in noisy copies of the records, by the job's seed; none where there is no noise to learn from. */
export async function loadTrainingCopies({
  source,
  records,
  leads,
  foundPeaks,
  seed,
  noise,
  console,
}: TrainingJob): Promise<BeatSet[]> {
  if (noise === undefined) return [];
  const reading = console.progress('records in noise');
  const sets = await loadNoisyCopies(source, records, trainingContract(leads), noise.noise, seed, {
    margin: TRAINING_AUGMENTATION.shift,
    alsoFound: foundPeaks,
    onRecord: (record, done, total) => reading.update(done, total, record),
  });
  reading.end(`${sets.length} copies`);
  return sets;
}

function trainingContract(leads: 1 | 2): InputContract {
  return leads === 2 ? withSecondLead(BEAT_CONTRACT) : BEAT_CONTRACT;
}

/** Shows the steps, and keeps metrics and a checkpoint of every epoch. */
export function recordedIn({ run, checkpoint }: OpenedRun, console: Console): TrainingHooks & { resume?: Checkpoint } {
  const steps = console.progress('steps');
  return {
    ...(checkpoint ? { resume: checkpoint } : {}),
    onStep: (done, total, loss) => {
      steps.update(done, total, `loss ${loss.toFixed(4)}`);
      if (done === total) steps.end();
    },
    onEpoch: async (report, capture) => {
      if (report.validation !== undefined) {
        const score = `mean F1 of N, S and V ${(100 * report.validation).toFixed(1)} %`;
        console.err(`epoch ${report.epoch}: ${score} on people held out (AAMI mapping ${BEAT_CONTRACT.mapping})\n`);
      }
      // The line first: of an epoch that is done again it is taken out, of one that is not it would be missing.
      await run.logMetrics(report);
      await run.saveCheckpoint(await capture());
    },
  };
}

export function provenanceOf(job: TrainingJob, device: Device, command: string): Provenance {
  return {
    command,
    seed: job.seed,
    device: `${device.kind}: ${device.description}`,
    records: job.records,
    ...databaseNote(job.database),
    dataHash: job.dataHash,
    ...(job.noise ? { noise: learnedNoise(job.noise) } : {}),
    version: VERSION,
  };
}

function learnedNoise({ noise, dataHash }: GivenNoise): LearnedNoise {
  const { records, learnedShare } = noise.options;
  return { records, learnedShare, dataHash };
}

/** The command line's `--leads`, `--members`, `--stages` and `--found-peaks`, where they are not the default. */
export function networkFlags({
  leads,
  members,
  stages,
  foundPeaks,
}: Pick<TrainingJob, 'leads' | 'members' | 'stages' | 'foundPeaks'>): string {
  const flags = [
    leads === 1 ? '' : ` --leads ${leads}`,
    members === 1 ? '' : ` --members ${members}`,
    leads === 2 && stages === 1 ? ' --stages 1' : '',
    foundPeaks ? ' --found-peaks' : '',
  ];
  return flags.join('');
}

/** Whether a sequence model of a job has a relative stage, which takes two leads. */
export function hasRelativeStage({ leads, stages }: Pick<TrainingJob, 'leads' | 'stages'>): boolean {
  return leads === 2 && stages === 2;
}
