import { readFile } from 'node:fs/promises';
import { EcgError } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import {
  type BeatSet,
  type BestEpoch,
  decodeModel,
  encodeModel,
  evaluateOnBeats,
  type InputContract,
  loadBeatSet,
  type Model,
  openClassifier,
  type ParameterValues,
  type Validation,
  withoutFusionCheck,
} from '@ecgpu/model';
import { averageF1 } from '../protocols/average-f1.js';
import type { HeldOut, OpenedRun, TrainingJob } from './job.js';

/** The annotated beats of people held out. @throws EcgError of loadBeatSet */
export async function heldOutBeats(
  { list }: HeldOut,
  { source, console }: TrainingJob,
  contract: InputContract,
): Promise<BeatSet> {
  const reading = console.progress('records held out');
  const set = await loadBeatSet(source, list.records, contract, {
    onRecord: (record, done, total) => reading.update(done, total, record),
  });
  reading.end(`${set.count} beats`);
  return set;
}

/** How weights that are trained stand in a model of their kind. */
export interface TrainedPart {
  readonly model: (values: ParameterValues) => Model;
  /** The model that is scored, where it is another than the one that is kept. */
  readonly scored?: (values: ParameterValues) => Model;
  readonly values: (model: Model) => ParameterValues;
}

/**
 * Scores each epoch on people held out: the mean F1 of N, S and V. The best epoch's model lies in the run's folder, from
 * which a resumed run has it.
 *
 * @throws EcgError `BEST_DAMAGED` where that file cannot be read, `METRICS_DAMAGED` where the metrics do not say which epoch it is of.
 */
export async function validationOn(
  set: BeatSet,
  patience: number,
  { run, checkpoint }: OpenedRun,
  device: Device,
  part: TrainedPart,
): Promise<Validation> {
  const best = checkpoint ? await bestSoFar(run, checkpoint.epoch, part) : undefined;
  return {
    patience,
    ...(best ? { best } : {}),
    score: async (values) => {
      const classifier = await openClassifier(device, withoutFusionCheck((part.scored ?? part.model)(values)));
      try {
        return averageF1(await evaluateOnBeats(set, classifier), ['N', 'S', 'V']).macro ?? 0;
      } finally {
        classifier.release();
      }
    },
    onBest: ({ values }) => run.saveBest(encodeModel(part.model(values))),
  };
}

/** What a run's configuration says of its validation. */
export function validationConfig({ list, ...validation }: HeldOut): object {
  return { ...validation, records: list.records };
}

/** The command line's `--validate` and `--patience`, where there is a validation. */
export function validationFlags(validation: HeldOut | undefined): string {
  return validation ? ` --validate ${validation.list.name} --patience ${validation.patience}` : '';
}

/**
 * The epoch of the highest score in the metrics, the first of equals, with the weights that were kept of it.
 *
 * @param done epochs that the training goes on after.
 */
async function bestSoFar(run: OpenedRun['run'], done: number, part: TrainedPart): Promise<BestEpoch> {
  const scores = (await run.metrics()).flatMap(({ epoch, validation: score }) =>
    typeof score === 'number' ? [{ epoch, score }] : [],
  );
  if (scores.length !== done || scores.some(({ epoch }, index) => epoch !== index + 1)) {
    throw new EcgError(
      'METRICS_DAMAGED',
      `the metrics in ${run.folder} lack scores of the ${done} epochs that are done`,
      {
        where: run.folder,
        fix: 'They decide which epoch is the best: start the training again in another folder.',
      },
    );
  }
  const best = scores.reduce((most, each) => (each.score > most.score ? each : most));
  try {
    return { ...best, values: part.values(decodeModel(await readFile(run.best), run.best)) };
  } catch (cause) {
    throw new EcgError(
      'BEST_DAMAGED',
      `${run.best} is damaged or not there; it should hold the weights of epoch ${best.epoch}`,
      {
        where: run.best,
        fix: 'Start the training again in another folder.',
        cause,
      },
    );
  }
}
