import { basename, dirname, extname } from 'node:path';
import {
  type Annotation,
  type Diagnostic,
  defaultLimits,
  EcgError,
  type EcgRecord,
  openRecord,
  type RecordSource,
} from '@ecgpu/ecg-dsp';
import { annotationsFromEdf, openEdf, parseCsv, recordFromNpy } from '@ecgpu/ecg-dsp/formats';
import { formatTime } from '@ecgpu/ecg-dsp/inspection';
import { folderSource, openRecordPath } from '@ecgpu/ecg-dsp/node';
import { leadsOf, type RangeArguments, sampleRange } from '../options/record-range.js';
import { UsageError } from '../usage-error.js';
import { storedScale } from './stored-scale.js';

/** What a file's name says it is; anything else is a WFDB record. */
export type RecordingKind = 'wfdb' | 'edf' | 'csv' | 'npy';

const KINDS: Readonly<Record<string, RecordingKind>> = {
  '.edf': 'edf',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.npy': 'npy',
};

export function kindOf(path: string): RecordingKind {
  return KINDS[extname(path).toLowerCase()] ?? 'wfdb';
}

export interface Recording {
  readonly record: EcgRecord;
  /** Annotations that the same file holds. */
  readonly annotations: readonly Annotation[];
  /** Scale it is stored with, where it has one that gives back the same numbers. */
  readonly scale: { readonly gain?: number[]; readonly baseline?: number[] };
  /** Time of day of its first sample, where it is known. */
  readonly begin?: { readonly baseTime: string; readonly baseDate?: string };
}

/** What a file does not say for itself; and what part of a WFDB record is wanted. */
export interface RecordingHints extends RangeArguments {
  readonly fs?: number;
  readonly leads?: readonly string[];
  readonly signals?: readonly string[];
}

/**
 * Reads a recording in any format that is understood.
 * @throws EcgError of the format's reader; UsageError where a hint is missing
 */
export async function readRecording(path: string, hints: RecordingHints): Promise<Recording> {
  const kind = kindOf(path);
  if (kind === 'wfdb') return readWfdb(path, hints);
  if (hints.from !== undefined || hints.to !== undefined || hints.signals !== undefined) {
    throw new UsageError('--from, --to and --signals are for WFDB records', 'Convert the file to one first.');
  }
  const source = folderSource(dirname(path));
  const [file, name] = [basename(path), basename(path, extname(path))];
  if (kind === 'edf') {
    const edf = await openEdf(source, file);
    const read = await edf.read();
    const found = await edf.annotations();
    const annotations = annotationsFromEdf(found, read.fs);
    const diagnostics = [...read.diagnostics, ...leftOut(found.length - annotations.length, file)];
    return { record: { ...read, diagnostics }, annotations, scale: {} };
  }
  const bytes = await wholeFile(source, file);
  const given = { name, ...(hints.leads === undefined ? {} : { leads: hints.leads }) };
  if (kind === 'csv') {
    return {
      record: parseCsv(bytes, { ...given, ...(hints.fs === undefined ? {} : { fs: hints.fs }) }),
      annotations: [],
      scale: {},
    };
  }
  if (hints.fs === undefined) throw new UsageError(`${path} does not say its sampling rate`, 'Give it: --fs 360.');
  return { record: recordFromNpy(bytes, { ...given, fs: hints.fs }), annotations: [], scale: {} };
}

/** A WFDB record, or the part of it that is asked for: only that is read. */
async function readWfdb(path: string, hints: RecordingHints): Promise<Recording> {
  const { source, name } = openRecordPath(path);
  const opened = await openRecord(source, name);
  const leads = opened.leadIndices(hints.signals === undefined ? undefined : leadsOf(opened, hints.signals));
  const { from, to } = sampleRange(opened, hints);
  const record = await opened.read({ leads, from, to });
  const scale = storedScale(opened, leads);
  if (opened.header.baseTime === undefined) return { record, annotations: [], scale };
  const [baseTime = '', baseDate] = formatTime(from, opened.header).slice(1, -1).split(' ');
  // Without a date, the second word is the number of days gone by.
  const begin = { baseTime, ...(opened.header.baseDate === undefined || baseDate === undefined ? {} : { baseDate }) };
  return { record, annotations: [], scale, begin };
}

/** A report of annotations that lie before the recording, where there are any. */
function leftOut(count: number, where: string): Diagnostic[] {
  if (count === 0) return [];
  const message = `${count} annotations before the first sample are left out`;
  return [{ code: 'EDF_ANN_LEFT_OUT', severity: 'warning', message, where }];
}

async function wholeFile(source: RecordSource, file: string): Promise<Uint8Array> {
  const size = await source.size(file);
  if (size <= defaultLimits.maxBytes) return source.read(file, 0, size);
  throw new EcgError('LIMIT', `${file} has ${size} bytes, more than ${defaultLimits.maxBytes}`, {
    where: file,
    fix: 'Split it, or store it as a WFDB record.',
  });
}
