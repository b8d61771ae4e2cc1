import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BeatLabel, beatLabels, EcgError } from '@ecgpu/ecg-dsp';
import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import {
  type BeatSet,
  type BeatSplit,
  type BeatTrainingConfig,
  callBeats,
  openClassifier,
  type RecordCalls,
  selectBeats,
  trainOnBeats,
} from '@ecgpu/model';
import { openRun, recordedIn } from '../training/job.js';
import type { TrainingProtocolContext } from './training-protocol.js';

/**
 * Trains on a part of a set's beats and calls the others. In the context's folder it keeps checkpoints and the calls, under
 * `name`: what is there already is not computed again.
 *
 * @throws EcgError `RUN_DIFFERS` where the folder holds results of other options, records or data.
 */
export async function trainAndCall(
  context: TrainingProtocolContext,
  set: BeatSet,
  { train, test }: BeatSplit,
  config: BeatTrainingConfig,
  name: string,
): Promise<RecordCalls[]> {
  const { console, device, list, dataHash, out } = context;
  const key = JSON.stringify({ config, name, beats: [train.length, test.length], records: list.records, dataHash });
  const file = out === undefined ? undefined : join(out, `${name}.json`);
  if (file !== undefined && existsSync(file)) {
    console.err(`${name}: done before\n`);
    return readCalls(await readFile(file, 'utf8'), key, file);
  }
  console.err(`${name}: training on ${train.length} beats, testing on ${test.length}\n`);
  const steps =
    out === undefined
      ? shown(context)
      : recordedIn(
          await openRun(
            { ...context, split: list.name, records: list.records, out, resume: true },
            join(out, name),
            config,
          ),
          console,
        );
  const { averaged: values } = await trainOnBeats(device, selectBeats(set, train), config, steps);
  const classifier = await openClassifier(device, { kind: 'beat', shape: config.network, values });
  const line = console.progress('beats');
  try {
    const calls = await callBeats(selectBeats(set, test), classifier, (done, total) => line.update(done, total));
    if (file !== undefined) await writeFileAtomic(file, writeCalls(calls, key), { force: true });
    return calls;
  } finally {
    line.end();
    classifier.release();
  }
}

function shown({ console }: TrainingProtocolContext) {
  const steps = console.progress('steps');
  return {
    onStep: (done: number, total: number, loss: number) => {
      steps.update(done, total, `loss ${loss.toFixed(4)}`);
      if (done === total) steps.end();
    },
  };
}

/** A letter a beat. */
function writeCalls(calls: readonly RecordCalls[], key: string): string {
  const records = calls.map(({ record, reference, predicted }) => ({
    ...{ record, reference: reference.join(''), predicted: predicted.join('') },
  }));
  return `${JSON.stringify({ key, records })}\n`;
}

function readCalls(text: string, key: string, file: string): RecordCalls[] {
  const { key: own, records } = parse(text, file);
  if (own !== key) {
    throw new EcgError('RUN_DIFFERS', `${file} was made with other options, records or data.`, {
      where: file,
      fix: 'Give the options it was made with, or name another folder.',
    });
  }
  return records.map(({ record, reference, predicted }) => ({
    ...{ record, reference: labels(reference, file), predicted: labels(predicted, file) },
  }));
}

interface CallsFile {
  readonly key: string;
  readonly records: readonly { readonly record: string; readonly reference: string; readonly predicted: string }[];
}

function parse(text: string, file: string): CallsFile {
  try {
    const value = JSON.parse(text) as CallsFile;
    if (typeof value.key === 'string' && Array.isArray(value.records)) return value;
  } catch {
    // Reported below, like JSON of another kind.
  }
  throw damaged(file);
}

function labels(letters: unknown, file: string): BeatLabel[] {
  const found = typeof letters === 'string' ? ([...letters] as BeatLabel[]) : [];
  if (typeof letters === 'string' && found.every((label) => beatLabels.includes(label))) return found;
  throw damaged(file);
}

function damaged(file: string): EcgError {
  return new EcgError('RESULT_DAMAGED', `${file} is no result of this command.`, {
    where: file,
    fix: 'Remove it: it is then computed again.',
  });
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
