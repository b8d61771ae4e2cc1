import type { DiagnosticLog } from '../diagnostic-log.js';
import { EcgError } from '../errors.js';
import type { ReadLimits } from '../limits.js';
import { quote } from '../text.js';
import { DAMAGED } from './advice.js';
import { checkFileName, splitPath } from './file-name.js';
import { leadName, type WfdbHeader } from './header.js';
import { parseHeader } from './parse-header.js';
import { type RecordSource, readWhole } from './source.js';

/** A stretch of a record that one header describes: the whole record, or one segment; a gap has no header. */
export interface RecordPiece {
  /** First frame, in frames of the record. */
  readonly start: number;
  readonly length: number;
  /** Record name, or `~` for a gap. */
  readonly name: string;
}

/** How a record is put together. */
export interface RecordLayout {
  readonly header: WfdbHeader;
  /** Describes the leads: the header itself, the first segment's, or the layout segment's. */
  readonly leadHeader: WfdbHeader;
  /** Whether segments may hold other leads in another order, to be found by name. */
  readonly variable: boolean;
  readonly pieces: readonly RecordPiece[];
}

/** Reads and parses the header of a record. `name` may have folders before it and `.hea` behind it. */
export async function readHeader(
  source: RecordSource,
  name: string,
  options: { readonly strict?: boolean; readonly limits?: Partial<ReadLimits> } = {},
): Promise<WfdbHeader> {
  const path = recordPath(name);
  const maxBytes = options.limits?.maxHeaderBytes ?? 2 ** 20;
  return parseHeader(await readWhole(source, `${path}.hea`, maxBytes), splitPath(path).name, options);
}

/**
 * The record's path without `.hea`.
 * @throws EcgError PATH_ESCAPE, RECORD_NAME where it is the name of another file of a record
 */
export function recordPath(name: string): string {
  const path = name.replace(/\.hea$/i, '');
  const { name: own } = splitPath(path);
  const suffix = /\.(\w+)$/.exec(own);
  if (suffix) {
    throw new EcgError('RECORD_NAME', `${quote(own)} is no record`, {
      where: name,
      fix: `Name it without suffix: ${own.slice(0, -suffix[0].length)}.`,
    });
  }
  for (const part of path.split('/')) checkFileName(part, name);
  return path;
}

/** Finds the pieces of a record; reads the header that describes its leads, and no other. */
export async function layOut(
  source: RecordSource,
  folder: string,
  header: WfdbHeader,
  log: DiagnosticLog,
  limits: ReadLimits,
): Promise<RecordLayout> {
  const { segments } = header;
  if (segments === undefined) {
    const piece = { start: 0, length: header.length ?? 0, name: header.name };
    return { header, leadHeader: header, variable: false, pieces: [piece] };
  }
  const where = `${header.name}.hea`;
  const pieces: RecordPiece[] = [];
  let start = 0;
  for (const { name, length } of segments) {
    pieces.push({ start, length, name });
    start += length;
  }
  const first = segments.find(({ name }) => name !== '~');
  if (first === undefined) {
    throw new EcgError('SEG_NONE', 'The record has no segment with signals', {
      where,
      fix: DAMAGED,
    });
  }
  const variable = segments[0] === first && first.length === 0;
  const leadHeader = await readSegmentHeader(source, folder, header, first.name, log, limits);
  if (leadHeader.signals.length !== header.signalCount) {
    const found = leadHeader.signals.length;
    log.breach('SEG_NSIG', 'warning', `${header.signalCount} signals are declared, ${first.name} has ${found}`, {
      where,
    });
  }
  if (!Number.isSafeInteger(start)) {
    throw new EcgError('HDR_LIMIT', 'The segments are too long together', { where, fix: DAMAGED });
  }
  if (header.length !== undefined && header.length !== start) {
    log.breach('SEG_LEN_MISMATCH', 'warning', `${header.length} frames are declared, the segments have ${start}`, {
      where,
    });
  }
  return { header, leadHeader, variable, pieces: pieces.filter(({ length }) => length > 0) };
}

/** @throws EcgError SEG_NESTED, SEG_FS_CHANGE: without one clock the samples cannot be joined */
export async function readSegmentHeader(
  source: RecordSource,
  folder: string,
  master: WfdbHeader,
  name: string,
  log: DiagnosticLog,
  limits: ReadLimits,
): Promise<WfdbHeader> {
  const where = `${folder}${name}.hea`;
  const header = await readHeader(source, folder + name, { strict: log.strict, limits });
  log.include(header.diagnostics);
  if (header.segments !== undefined) {
    throw new EcgError('SEG_NESTED', `The segment ${name} of ${master.name} has segments itself`, {
      where,
      fix: DAMAGED,
    });
  }
  if (header.fs !== master.fs) {
    throw new EcgError('SEG_FS_CHANGE', `${name} has ${header.fs} frames per second, ${master.name} ${master.fs}`, {
      where,
      fix: 'Read the segments as records of their own.',
    });
  }
  return header;
}

/** Index of a lead in a segment of a record; undefined where the segment does not have it. */
export function signalInSegment(layout: RecordLayout, segment: WfdbHeader, lead: number): number | undefined {
  if (!layout.variable) return lead < segment.signals.length ? lead : undefined;
  const name = leadName(layout.leadHeader, lead);
  const index = segment.signals.findIndex(({ description }) => description === name);
  return index < 0 ? undefined : index;
}
