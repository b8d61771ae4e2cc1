import { createHash } from 'node:crypto';
import type { RecordSource } from '@ecgpu/ecg-dsp';

/** SHA-256 over the header, signals and annotations of records, in their order: which data a model learned from. */
export function dataHash(source: RecordSource, records: readonly string[], annotator = 'atr'): Promise<string> {
  const suffixes = ['hea', 'dat', annotator];
  return filesHash(records.flatMap((record) => suffixes.map((suffix) => ({ source, name: `${record}.${suffix}` }))));
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
