import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { UsageError } from '../usage-error.js';

/**
 * Finds out before long work that its result could not be written without replacing a file, or at all.
 * @throws EcgError FILE_EXISTS, WRITE_FAILED
 */
export function refuseToReplace(path: string, force: boolean): void {
  if (!force && existsSync(path)) {
    throw new EcgError('FILE_EXISTS', `${path} is there already`, {
      where: path,
      fix: 'Choose another name, or replace it by --force.',
    });
  }
  requireWritable(path);
}

/**
 * Refuses records of the same name from several folders, whose results would have one file.
 * @throws UsageError
 */
export function refuseOneFileForTwo(records: readonly string[]): void {
  const nameOf = (record: string) => openRecordPath(record).name;
  const twice = records.find((record, at) => records.findIndex((other) => nameOf(other) === nameOf(record)) < at);
  if (twice === undefined) return;
  throw new UsageError(
    `--out would write the results of two records called ${nameOf(twice)} into one file`,
    'Work on them one at a time, each with a folder of its own.',
  );
}

/**
 * Finds out before long work that its result could not be written.
 * @throws EcgError WRITE_FAILED
 */
export function requireWritable(path: string): void {
  const problem = existsSync(path) && statSync(path).isDirectory() ? 'it is a folder' : problemOfFolder(dirname(path));
  if (problem === undefined) return;
  throw new EcgError('WRITE_FAILED', `${path} cannot be written: ${problem}`, {
    where: path,
    fix: 'Name a file in a folder that you may write to.',
  });
}

/** Folders that are missing are made when the file is written. */
function problemOfFolder(path: string): string | undefined {
  if (!existsSync(path)) return dirname(path) === path ? `there is no ${path}` : problemOfFolder(dirname(path));
  if (!statSync(path).isDirectory()) return `${path} is no folder`;
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch {
    return `${path} may not be written to`;
  }
}
