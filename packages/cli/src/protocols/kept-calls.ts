import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BeatLabel, beatLabels, EcgError } from '@ecgpu/ecg-dsp';
import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import type { BeatSplit, RecordCalls } from '@ecgpu/model';
import { holdingRun } from '../training/held-run.js';
import type { TrainingProtocolContext } from './training-protocol.js';

/**
 * Calls of a test, kept in the context's folder under `name`: what is there already is not computed again.
 *
 * @throws EcgError `RUN_DIFFERS` where the folder holds results of other options, records or data; `RESULT_DAMAGED`; `RUN_BUSY`
 *   where another process computes them.
 */
export async function keptCalls(
  { console, list, dataHash, out }: TrainingProtocolContext,
  name: string,
  { train, test }: BeatSplit,
  config: object,
  compute: () => Promise<RecordCalls[]>,
): Promise<RecordCalls[]> {
  const key = JSON.stringify({ config, name, beats: [train.length, test.length], records: list.records, dataHash });
  const file = out === undefined ? undefined : join(out, `${name}.json`);
  if (file !== undefined && existsSync(file)) {
    const kept = readCalls(await readFile(file, 'utf8'), key, file);
    console.err(`${name}: done before\n`);
    return kept;
  }
  console.err(`${name}: training on ${train.length} beats, testing on ${test.length}\n`);
  const calls = out === undefined ? await compute() : await holdingRun(join(out, name), compute);
  if (file !== undefined) await writeFileAtomic(file, writeCalls(calls, key), { force: true });
  return calls;
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
    const isRecord = (record: unknown) => typeof record === 'object' && record !== null;
    if (typeof value.key === 'string' && Array.isArray(value.records) && value.records.every(isRecord)) return value;
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
