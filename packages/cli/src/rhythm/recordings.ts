import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EcgError, type RecordSource } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { filesHash } from '@ecgpu/model/node';
import {
  hasRecording,
  type LabelledRecording,
  prepareRecording,
  type RhythmContract,
  type RhythmReference,
  readRecording,
  readReferenceFile,
  recordingFiles,
} from '@ecgpu/model/rhythm';
import type { Console } from '../output/console.js';
import { warnOf } from '../output/diagnostics.js';

/** A labelled recording, and the folder it lies in. */
export interface FoundRecording extends RhythmReference {
  readonly source: RecordSource;
}

/**
 * The recordings of some folders that a REFERENCE.csv has labels for, in its order.
 *
 * @param reference its path; where absent, `REFERENCE.csv` in one of the folders.
 * @throws EcgError `NO_REFERENCE` where there is no such file, `NO_RECORDINGS` where none of its recordings is there.
 */
export async function findRecordings(
  folders: readonly string[],
  reference: string | undefined,
  console: Console,
): Promise<FoundRecording[]> {
  const candidates = reference === undefined ? folders.map((folder) => join(folder, 'REFERENCE.csv')) : [reference];
  const labels = readReferenceFile(...(await firstText(candidates)));
  const sources = folders.map((folder) => folderSource(folder));
  const found: FoundRecording[] = [];
  for (const label of labels) {
    for (const source of sources) {
      if (!(await hasRecording(source, label.record))) continue;
      found.push({ ...label, source });
      break;
    }
  }
  if (found.length === 0) {
    throw new EcgError(
      'NO_RECORDINGS',
      `None of the ${labels.length} labelled recordings is in ${folders.join(', ')}`,
      {
        where: folders[0]!,
        fix: 'Name the folders with the recordings (A0001.mat, …) by --data.',
      },
    );
  }
  console.err(`${found.length} of ${labels.length} labelled recordings found\n`);
  return found;
}

async function firstText(paths: readonly string[]): Promise<[text: string, where: string]> {
  let cause: unknown;
  for (const path of paths) {
    try {
      return [await readFile(path, 'utf8'), path];
    } catch (error) {
      cause = error;
    }
  }
  throw new EcgError('NO_REFERENCE', `there is no ${paths.join(', nor ')}`, {
    where: paths[0]!,
    fix: 'Name the REFERENCE.csv of the challenge by --reference.',
    cause,
  });
}

/** Reads and prepares recordings for a network. */
export async function loadRecordings(
  found: readonly FoundRecording[],
  contract: RhythmContract,
  console: Console,
): Promise<LabelledRecording[]> {
  const line = console.progress('recordings');
  const loaded: LabelledRecording[] = [];
  for (const [done, { source, record, classes }] of found.entries()) {
    line.update(done, found.length, record);
    const read = await readRecording(source, record);
    warnOf(
      read.diagnostics.filter(({ severity }) => severity === 'error'),
      record,
      console,
    );
    loaded.push({ signal: prepareRecording(read, contract), classes });
  }
  line.end(`${loaded.length} recordings`);
  return loaded;
}

/** SHA-256 over the recordings' files. */
export async function recordingsHash(found: readonly FoundRecording[]): Promise<string> {
  const files: { source: RecordSource; name: string }[] = [];
  for (const { source, record } of found) {
    for (const name of await recordingFiles(source, record)) files.push({ source, name });
  }
  return filesHash(files);
}
