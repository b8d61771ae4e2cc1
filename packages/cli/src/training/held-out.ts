import { readFile } from 'node:fs/promises';
import { EcgError } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import {
  BEAT_CONTRACT,
  BEAT_NETWORK,
  type BeatModel,
  type BestEpoch,
  decodeModel,
  encodeModel,
  evaluateOnBeats,
  loadBeatSet,
  openClassifier,
  type ParameterValues,
  requireKind,
  type Validation,
} from '@ecgpu/model';
import { averageF1 } from '../protocols/average-f1.js';
import type { HeldOut, OpenedRun, TrainingJob } from './job.js';

/**
 * Scores each epoch of a beat model on people held out: the mean F1 of N, S and V. The best epoch's model lies in the run's
 * folder, from which a resumed run has it.
 *
 * @param model the model of some weights.
 * @throws EcgError `BEST_DAMAGED` where that file cannot be read; of loadBeatSet.
 */
export async function validationOn(
  { list, patience }: HeldOut,
  { source, console }: TrainingJob,
  { run, checkpoint }: OpenedRun,
  device: Device,
  model: (values: ParameterValues) => BeatModel,
): Promise<Validation> {
  const reading = console.progress('records held out');
  const set = await loadBeatSet(source, list.records, BEAT_CONTRACT, {
    onRecord: (record, done, total) => reading.update(done, total, record),
  });
  reading.end(`${set.count} beats`);
  const best = checkpoint ? await bestSoFar(run) : undefined;
  return {
    patience,
    ...(best ? { best } : {}),
    score: async (values) => {
      const classifier = await openClassifier(device, { kind: 'beat', shape: BEAT_NETWORK, values });
      try {
        return averageF1(await evaluateOnBeats(set, classifier), ['N', 'S', 'V']).macro ?? 0;
      } finally {
        classifier.release();
      }
    },
    onBest: ({ values }) => run.saveBest(encodeModel(model(values))),
  };
}

/** The epoch of the highest score in the metrics, the first of equals, with the weights that were kept of it. */
async function bestSoFar(run: OpenedRun['run']): Promise<BestEpoch | undefined> {
  let best: { epoch: number; score: number } | undefined;
  for (const { epoch, validation: score } of await run.metrics()) {
    if (score !== undefined && (best === undefined || score > best.score)) best = { epoch, score };
  }
  if (best === undefined) return undefined;
  try {
    const { values } = requireKind(decodeModel(await readFile(run.best), run.best), 'beat', run.best);
    return { ...best, values };
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
