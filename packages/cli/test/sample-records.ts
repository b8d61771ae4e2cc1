import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeAnnotations, type EcgRecord, readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { encodeAnnotations, writeRecord } from '@ecgpu/ecg-dsp/writing';

/** Records 100 and 233 of MIT-BIH, which come with the repository. */
export const SAMPLES = fileURLToPath(new URL('../../../data/mitdb-samples', import.meta.url));

export async function writeToFolder(folder: string, record: EcgRecord, name = record.name): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const file of writeRecord(record, { name })) await writeFile(join(folder, file.name), file.bytes);
  return join(folder, name);
}

/** A stretch of a sample record with its annotations, as a record of its own, of another name if need be. Returns its path. */
export async function excerpt(folder: string, name: string, seconds: number, from = 0, as = name): Promise<string> {
  const source = folderSource(SAMPLES);
  const [first, last] = [from * 360, (from + seconds) * 360];
  const record = await readRecord(source, name, { from: first, to: last });
  const { annotations } = await readAnnotations(source, name, 'atr', { fs: record.fs });
  const inside = annotations
    .filter(({ sample }) => sample >= first && sample < last)
    .map((annotation) => ({ ...annotation, sample: annotation.sample - first }));
  const path = await writeToFolder(folder, record, as);
  await writeFile(`${path}.atr`, encodeAnnotations(inside, { fs: record.fs }));
  return path;
}

/** {@link excerpt} of a patient who is too easy to be called wrong: every tenth beat is given another class. */
export async function muddledExcerpt(folder: string, name: string, seconds: number, from: number, as: string) {
  const file = `${await excerpt(folder, name, seconds, from, as)}.atr`;
  const { annotations } = decodeAnnotations(await readFile(file));
  const muddled = annotations.map((beat, i) => (i % 10 === 5 ? { ...beat, symbol: 'A' } : beat));
  await writeFile(file, encodeAnnotations(muddled, { fs: 360 }));
}

/** A record of one lead that holds `value` throughout. Returns its path. */
export function constantRecord(folder: string, name: string, value: number): Promise<string> {
  const samples = new Float64Array(30 * 360).fill(value);
  return writeToFolder(folder, {
    name,
    fs: 360,
    length: samples.length,
    leads: [{ name: 'MLII', units: 'mV', samples }],
    comments: [],
    diagnostics: [],
  });
}
