import { createHash } from 'node:crypto';
import type { RecordSource } from '@ecgpu/ecg-dsp';

/** SHA-256 over the header, signals and annotations of records, in their order: which data a model learned from. */
export async function dataHash(source: RecordSource, records: readonly string[], annotator = 'atr'): Promise<string> {
  const hash = createHash('sha256');
  for (const record of records) {
    for (const suffix of ['hea', 'dat', annotator]) {
      const name = `${record}.${suffix}`;
      const size = await source.size(name);
      hash.update(`${name}\0${size}\0`).update(await source.read(name, 0, size));
    }
  }
  return hash.digest('hex');
}
