import { join } from 'node:path';
import type { Annotation } from '@ecgpu/ecg-dsp';
import { writeFileAtomic } from '@ecgpu/ecg-dsp/node';
import { encodeAnnotations } from '@ecgpu/ecg-dsp/writing';

/** Path of a record's annotation file in a folder. */
export function annotationPath(folder: string, record: string, annotator: string): string {
  return join(folder, `${record}.${annotator}`);
}

/** Writes beats as a WFDB annotation file `<folder>/<record>.<annotator>`; refuses to replace one without `force`. */
export async function writeBeatAnnotations(
  folder: string,
  record: string,
  annotator: string,
  fs: number,
  beats: readonly { readonly sample: number; readonly symbol: string }[],
  force: boolean,
): Promise<string> {
  const path = annotationPath(folder, record, annotator);
  const annotations = beats.map(
    ({ sample, symbol }): Annotation => ({ sample, symbol, subtype: 0, channel: 0, number: 0, aux: '' }),
  );
  await writeFileAtomic(path, encodeAnnotations(annotations, { fs }), { force });
  return path;
}
