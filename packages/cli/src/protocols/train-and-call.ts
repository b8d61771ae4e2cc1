import { join } from 'node:path';
import type { BeatLabel } from '@ecgpu/ecg-dsp';
import {
  type BeatSet,
  type BeatSplit,
  type BeatTrainingConfig,
  callBeats,
  openClassifier,
  type RecordCalls,
  selectBeats,
  type TrainingHooks,
  trainOnBeats,
} from '@ecgpu/model';
import { openRun, recordedIn } from '../training/job.js';
import { keptCalls } from './kept-calls.js';
import type { TrainingProtocolContext } from './training-protocol.js';

/**
 * Trains on a part of a set's beats and calls the others. In the context's folder it keeps checkpoints and the calls, under
 * `name`: what is there already is not computed again.
 *
 * @throws EcgError `RUN_DIFFERS` where the folder holds results of other options, records or data.
 */
export function trainAndCall(
  context: TrainingProtocolContext,
  set: BeatSet,
  split: BeatSplit,
  config: BeatTrainingConfig,
  name: string,
): Promise<RecordCalls[]> {
  const { console, device } = context;
  return keptCalls(context, name, split, config, async () => {
    const steps = await trainingSteps(context, name, config);
    const { averaged: values } = await trainOnBeats(device, selectBeats(set, split.train), config, steps);
    const classifier = await openClassifier(device, { kind: 'beat', shape: config.network, values });
    const line = console.progress('beats');
    try {
      const test = selectBeats(set, split.test);
      const calls = await callBeats(test, classifier, (done, total) => line.update(done, total));
      line.end();
      return calls;
    } finally {
      classifier.release();
    }
  });
}

/** Shows a training's steps; in the context's folder, under `name`, it keeps checkpoints and goes on from the last. */
export async function trainingSteps(
  context: TrainingProtocolContext,
  name: string,
  config: object,
): Promise<ReturnType<typeof recordedIn> | TrainingHooks> {
  const { console, list, out } = context;
  if (out !== undefined) {
    const job = { ...context, split: list.name, records: list.records, out, resume: true };
    return recordedIn(await openRun(job, join(out, name), config), console);
  }
  const steps = console.progress('steps');
  return {
    onStep: (done, total, loss) => {
      steps.update(done, total, `loss ${loss.toFixed(4)}`);
      if (done === total) steps.end();
    },
  };
}

/** Calls of several tests, those of one record together, in the order of the first test's records. */
export function joinCalls(tests: readonly (readonly RecordCalls[])[]): RecordCalls[] {
  const joined = new Map<string, { record: string; reference: BeatLabel[]; predicted: BeatLabel[] }>();
  for (const { record, reference, predicted } of tests.flat()) {
    const known = joined.get(record) ?? { record, reference: [], predicted: [] };
    for (const label of reference) known.reference.push(label);
    for (const label of predicted) known.predicted.push(label);
    joined.set(record, known);
  }
  return [...joined.values()];
}
