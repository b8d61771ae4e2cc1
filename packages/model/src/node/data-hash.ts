import { createHash } from 'node:crypto';
import type { RecordSource } from '@ecgpu/ecg-dsp';
import { recordFiles } from '../data/record-files.js';

/**
 * SHA-256 over the header, signals and annotations of records, in their order: which data a model learned from.
 *
 * @throws EcgError `FILE_NOT_FOUND`; of readHeader
 */
export async function dataHash(source: RecordSource, records: readonly string[], annotator = 'atr'): Promise<string> {
  const files: { readonly source: RecordSource; readonly name: string }[] = [];
  for (const record of records) {
    for (const name of [...(await recordFiles(source, record)), `${record}.${annotator}`]) files.push({ source, name });
  }
  return filesHash(files);
}

/**
 * The same over header and signals alone: records of noise have no annotations.
 *
 * @throws EcgError `FILE_NOT_FOUND`; of readHeader
 */
export async function noiseHash(source: RecordSource, records: readonly string[]): Promise<string> {
  const files: { readonly source: RecordSource; readonly name: string }[] = [];
  for (const record of records) {
    for (const name of await recordFiles(source, record)) files.push({ source, name });
  }
  return filesHash(files);
}

/** SHA-256 over files, in their order: name, size and bytes of each. */
export async function filesHash(
  files: Iterable<{ readonly source: RecordSource; readonly name: string }>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const { source, name } of files) {
    const size = await source.size(name);
    hash.update(`${name}\0${size}\0`).update(await source.read(name, 0, size));
  }
  return hash.digest('hex');
}
