import { extname } from 'node:path';
import type { EcgRecord, RecordSource } from '@ecgpu/ecg-dsp';
import { openRecordPath } from '@ecgpu/ecg-dsp/node';
import { type InputContract, readLeads } from '@ecgpu/model';
import { UsageError } from '../usage-error.js';
import { kindOf, readRecording } from './recording-files.js';

/** A recording as a model is shown it. */
export interface ShownRecord {
  readonly record: EcgRecord;
  /** Where annotations of it are, and the name that they have. */
  readonly source: RecordSource;
  readonly name: string;
}

/** Where a recording is and how it is called: as a record, whatever its format. */
export function placeOfRecording(path: string): Pick<ShownRecord, 'source' | 'name'> {
  return openRecordPath(kindOf(path) === 'wfdb' ? path : path.slice(0, -extname(path).length));
}

/**
 * Of a WFDB record the leads that a model is shown, of .edf and .csv all.
 *
 * @throws EcgError of the format's reader, `LEAD_NOT_FOUND`; UsageError where a file does not say its sampling rate
 */
export async function readShown(path: string, contract: InputContract, lead: string | undefined): Promise<ShownRecord> {
  const place = placeOfRecording(path);
  const kind = kindOf(path);
  if (kind === 'wfdb') return { ...place, record: await readLeads(place.source, place.name, contract, lead) };
  if (kind !== 'npy') return { ...place, record: (await readRecording(path, {})).record };
  throw new UsageError(
    `${path} does not say its sampling rate, nor what its leads are`,
    `Make a record of it: ecgpu convert ${path} ${place.name} --fs 360 --leads MLII.`,
  );
}
