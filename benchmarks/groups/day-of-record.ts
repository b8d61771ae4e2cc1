import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseHeader } from '@ecgpu/ecg-dsp';
import { formatHeader } from '@ecgpu/ecg-dsp/writing';

export interface DayOfRecord {
  /** Path of the record, as `ecgpu classify` takes it. */
  readonly record: string;
  /** How often it repeats what it was made of. */
  readonly repeats: number;
  readonly hours: number;
  remove(): Promise<void>;
}

/** A WFDB record of 24 hours whose segments are all the same shorter record, in a folder of its own. */
export async function writeDayOfRecord(path: string): Promise<DayOfRecord> {
  const name = basename(path);
  const { fs, length = 0, signals } = parseHeader(await readFile(`${path}.hea`), name);
  const repeats = Math.floor((24 * 3600 * fs) / length);
  const folder = await mkdtemp(join(tmpdir(), 'ecgpu-day-'));
  for (const file of [`${name}.hea`, `${name}.dat`])
    await copyFile(`${path.slice(0, -name.length)}${file}`, join(folder, file));
  const header = formatHeader({
    ...{ name: 'day', fs, length: repeats * length, signalCount: signals.length },
    segments: Array.from({ length: repeats }, () => ({ name, length })),
  });
  await writeFile(join(folder, 'day.hea'), header);
  return {
    record: join(folder, 'day'),
    repeats,
    hours: (repeats * length) / fs / 3600,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
