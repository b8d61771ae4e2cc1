import { EcgError } from '../errors.js';
import { defaultLimits } from '../limits.js';
import type { EcgRecord } from '../record.js';
import { quote } from '../text.js';
import { type AnnotationSet, type DecodeAnnotationsOptions, decodeAnnotations } from './annotation-file.js';
import type { WfdbHeader } from './header.js';
import { type OpenOptions, openRecord, type RangeOptions } from './open.js';
import { readHeader, recordPath } from './record-pieces.js';
import { type RecordSource, readWhole } from './source.js';

export type ReadRecordOptions = OpenOptions & RangeOptions;

/**
 * Reads a record, or a range and some leads of it, into physical values (mV for voltages), NaN where the file has none.
 * @param name record name, with folders and `.hea` if wanted: `100`, `mitdb/100`, `100.hea`
 * @throws EcgError of {@link openRecord} and {@link WfdbRecord.read}
 */
export async function readRecord(
  source: RecordSource,
  name: string,
  options: ReadRecordOptions = {},
): Promise<EcgRecord> {
  return (await openRecord(source, name, options)).read(options);
}

/**
 * Reads the annotations `name.annotator`, at the sampling rate `fs` or else at that of the record's header.
 * @throws EcgError FILE_NOT_FOUND, ANNOTATOR_NAME, and those of {@link decodeAnnotations}
 */
export async function readAnnotations(
  source: RecordSource,
  name: string,
  annotator: string,
  options: Omit<DecodeAnnotationsOptions, 'where' | 'assumedResolution'> = {},
): Promise<AnnotationSet> {
  checkAnnotator(annotator);
  const file = `${recordPath(name)}.${annotator}`;
  const limits = { ...defaultLimits, ...options.limits };
  const bytes = await readWhole(source, file, limits.maxBytes);
  const header = await headerIfAny(source, name, options);
  return decodeAnnotations(bytes, {
    ...(header ? { fs: header.fs, assumedResolution: header.fs } : {}),
    ...options,
    where: file,
  });
}

/** @throws EcgError ANNOTATOR_NAME where WFDB tools could not read a file of that suffix */
export function checkAnnotator(annotator: string): void {
  if (/^[A-Za-z][\w~-]{0,29}$/.test(annotator)) return;
  throw new EcgError('ANNOTATOR_NAME', `${quote(annotator)} is not an annotator`, {
    fix: 'An annotator is the suffix of a file, best letters only: atr.',
  });
}

async function headerIfAny(source: RecordSource, name: string, options: OpenOptions): Promise<WfdbHeader | undefined> {
  try {
    return await readHeader(source, name, options.limits ? { limits: options.limits } : {});
  } catch (error) {
    if (error instanceof EcgError && error.code === 'FILE_NOT_FOUND') return undefined;
    throw error;
  }
}
