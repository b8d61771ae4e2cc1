import { readFile } from 'node:fs/promises';
import { EcgError } from '@ecgpu/ecg-dsp';
import { type RecordList, readRecordList } from './record-list.js';
import { loadSplit, splitNames } from './splits.js';

/**
 * A record list by the name of one that comes with the package, or from a JSON file: what a user gives a command.
 *
 * @throws EcgError `UNKNOWN_SPLIT` where it is neither; `SPLIT_INVALID`
 */
export async function openSplit(nameOrFile: string): Promise<RecordList> {
  if (!nameOrFile.toLowerCase().endsWith('.json')) return loadSplit(nameOrFile);
  try {
    return readRecordList(await readFile(nameOrFile, 'utf8'), nameOrFile);
  } catch (cause) {
    if (cause instanceof EcgError) throw cause;
    throw new EcgError('UNKNOWN_SPLIT', `The split ${nameOrFile} cannot be read.`, {
      where: nameOrFile,
      fix: `Give the path of a JSON file, or one of ${splitNames().join(', ')}.`,
      cause,
    });
  }
}
