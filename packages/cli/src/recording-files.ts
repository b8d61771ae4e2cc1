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
import { folderSource, openRecordPath } from '@ecgpu/ecg-dsp/node';
import { storedScale } from './stored-scale.js';
import { UsageError } from './usage-error.js';

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
}

/** What a file does not say for itself. */
export interface RecordingHints {
  readonly fs?: number;
  readonly leads?: readonly string[];
}

/**
 * Reads a recording in any format that is understood.
 * @throws EcgError of the format's reader; UsageError where a hint is missing
 */
export async function readRecording(path: string, hints: RecordingHints): Promise<Recording> {
  const kind = kindOf(path);
  if (kind === 'wfdb') {
    const { source, name } = openRecordPath(path);
    const opened = await openRecord(source, name);
    return { record: await opened.read(), annotations: [], scale: storedScale(opened) };
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
