import { DiagnosticLog, type Position } from '../diagnostic-log.js';
import { EcgError } from '../errors.js';
import { defaultLimits, type ReadLimits } from '../limits.js';
import { placeOf, quote, type TextLine, textLines } from '../text.js';
import { DAMAGED } from './advice.js';
import { checkFileName } from './file-name.js';
import type { SegmentSpec, SignalSpec, WfdbHeader } from './header.js';
import { integer, number } from './header-numbers.js';
import { parseBaseTime } from './parse-base-time.js';
import { parseSignalLine } from './parse-signal-line.js';

export interface ParseHeaderOptions {
  /** Throws where the header breaks its format; otherwise goes on wherever nothing has to be guessed. */
  readonly strict?: boolean;
  readonly limits?: Partial<ReadLimits>;
}

const NO_HEADER = 'This does not look like a header. Raise the limit in `limits` if it is one.';
const RECORD_LINE = 'A record line reads: name signals frequency length. A name has letters, digits, "_" and "-".';

/**
 * Reads a WFDB header (`.hea`), as header(5) of the WFDB Software Package describes it.
 * @param name record name, which the record line should repeat
 * @throws EcgError HDR_SYNTAX, HDR_NUMBER, HDR_LIMIT, HDR_NSIG_SHORT, SIG_FMT_UNKNOWN, PATH_ESCAPE, each with its line
 */
export function parseHeader(bytes: Uint8Array, name: string, options: ParseHeaderOptions = {}): WfdbHeader {
  const limits = { ...defaultLimits, ...options.limits };
  const log = new DiagnosticLog(options.strict);
  const where = `${name}.hea`;
  if (bytes.length > limits.maxHeaderBytes) {
    throw new EcgError(
      'HDR_LIMIT',
      `The header has ${bytes.length} bytes, over the limit of ${limits.maxHeaderBytes}`,
      {
        where,
        fix: NO_HEADER,
      },
    );
  }
  const lines: TextLine[] = [];
  const comments: string[] = [];
  for (const line of textLines(bytes)) {
    const at = placeOf(line, where);
    if (line.byteLength > limits.maxLineBytes) {
      throw new EcgError('HDR_LIMIT', `The line has ${line.byteLength} bytes, over ${limits.maxLineBytes}`, {
        ...at,
        fix: NO_HEADER,
      });
    }
    if (line.latin1) log.breach('HDR_ENCODING', 'warning', 'The line is not UTF-8; read as Latin-1', at);
    const text = line.text.replace(/^[ \t]+|[ \t]+$/g, '');
    if (text.startsWith('#')) {
      if (!/^#wfdb/i.test(text)) comments.push(text.slice(1).trim());
    } else if (text !== '') {
      lines.push({ ...line, text });
    }
  }
  const first = lines[0];
  if (first === undefined) {
    throw new EcgError('HDR_SYNTAX', 'The header has no record line', {
      where,
      byteOffset: bytes.length,
      fix: DAMAGED,
    });
  }
  const record = parseRecordLine(first, where, name, limits, log);
  const rest = lines.slice(1);
  const wanted = record.segmentCount ?? record.signalCount;
  if (rest.length > wanted) {
    const extra = rest[wanted]!;
    log.breach(
      'HDR_EXTRA_LINES',
      'warning',
      `${rest.length - wanted} more lines than the record line says: ignored`,
      placeOf(extra, where),
    );
  }
  const body = rest.slice(0, wanted);
  let signals: SignalSpec[] = [];
  let segments: SegmentSpec[] | undefined;
  if (record.segmentCount === undefined) {
    if (body.length < wanted) {
      throw new EcgError('HDR_NSIG_SHORT', `The record line says ${wanted} signals, there are ${body.length} lines`, {
        ...placeOf(first, where),
        fix: DAMAGED,
      });
    }
    // A header that names its folder (PTB-XL+) names it before its own files too.
    const own = record.folder;
    signals = body.map((line) => {
      const text = line.text.startsWith(own) ? line.text.slice(own.length) : line.text;
      return parseSignalLine({ ...line, text }, where, limits, log);
    });
    noteDescriptions(signals, where, log);
  } else {
    segments = body.map((line) => parseSegmentLine(line, where));
    if (segments.length < wanted) {
      log.breach(
        'HDR_NSEG_SHORT',
        'error',
        `The record line says ${wanted} segments, there are ${segments.length}`,
        placeOf(first, where),
      );
    }
  }
  const { segmentCount: _, folder: __, ...fields } = record;
  return { ...fields, signals, segments, comments, diagnostics: log.list() };
}

function parseRecordLine(line: TextLine, where: string, name: string, limits: ReadLimits, log: DiagnosticLog) {
  const at: Position = placeOf(line, where);
  const tokens = line.text.split(/[ \t]+/);
  const [nameToken = '', signalToken, fsToken = '250', lengthToken = '0'] = tokens;
  const slash = nameToken.lastIndexOf('/');
  const afterSlash = nameToken.slice(slash + 1);
  const isCount = slash >= 0 && /^\d+$/.test(afterSlash);
  const ownName = isCount ? nameToken.slice(0, slash) : afterSlash;
  if (slash >= 0 && !isCount) {
    checkFileName(nameToken.replaceAll('/', ''), where, line.line);
    log.breach('HDR_NAME_SLASH', 'warning', `The record name ${quote(nameToken)} has a folder: ignored`, at);
  }
  if (!/^\w[\w-]{0,254}$/.test(ownName)) {
    throw new EcgError('HDR_SYNTAX', `${quote(ownName)} is not a record name`, {
      ...at,
      fix: RECORD_LINE,
    });
  }
  if (ownName !== name) {
    log.breach('HDR_NAME_MISMATCH', 'warning', `The header of ${name} names the record ${ownName}`, at);
  }
  if (signalToken === undefined) {
    throw new EcgError('HDR_SYNTAX', 'The record line has no number of signals', {
      ...at,
      fix: RECORD_LINE,
    });
  }
  const signalCount = limited(integer(signalToken, 'number of signals', at, log), limits.maxSignals, 'signals', at);
  const segmentCount = isCount
    ? limited(integer(afterSlash, 'number of segments', at, log), limits.maxSegments, 'segments', at)
    : undefined;
  const [, fsText = '', counterText, baseText] = /^([^/(]*)(?:\/([^(]*)(?:\(([^)]*)\))?)?$/.exec(fsToken) ?? [];
  const fs = number(fsText, 'sampling frequency', at);
  if (!(fs > 0)) {
    throw new EcgError('HDR_NUMBER', `The sampling frequency is ${fs}`, { ...at, fix: DAMAGED });
  }
  const declared = limited(integer(lengthToken, 'number of samples', at, log), Number.MAX_SAFE_INTEGER, 'samples', at);
  return {
    name: ownName,
    fs,
    counterFs: counterText === undefined ? undefined : number(counterText, 'counter frequency', at),
    baseCounter: baseText === undefined ? undefined : number(baseText, 'base counter', at),
    length: declared === 0 ? undefined : declared,
    ...parseBaseTime(tokens.slice(4), at, log),
    signalCount,
    segmentCount,
    folder: isCount ? '' : nameToken.slice(0, slash + 1),
  };
}

function limited(value: number, limit: number, what: string, at: Position): number {
  if (value >= 0 && value <= limit) return value;
  throw new EcgError('HDR_LIMIT', `The header declares ${value} ${what}; 0 to ${limit} are accepted`, {
    ...at,
    fix: NO_HEADER,
  });
}

function parseSegmentLine(line: TextLine, where: string): SegmentSpec {
  const at: Position = placeOf(line, where);
  const match = /^(\S+)[ \t]+(\d{1,15})$/.exec(line.text);
  const [, name = '', length = ''] = match ?? [];
  if (match === null || !(name === '~' || /^\w[\w-]{0,254}$/.test(name))) {
    if (match !== null) checkFileName(name, where, line.line);
    throw new EcgError('HDR_SYNTAX', `${quote(line.text)} is not a segment line`, {
      ...at,
      fix: 'A segment line reads: name samples.',
    });
  }
  return { name, length: Number(length) };
}

function noteDescriptions(signals: readonly SignalSpec[], where: string, log: DiagnosticLog): void {
  const seen = new Set<string>();
  for (const [index, { description }] of signals.entries()) {
    if (description === undefined) log.warn('HDR_DESC_MISSING', `Signal ${index} has no name`, { where });
    else if (seen.has(description)) {
      log.warn('HDR_DUP_DESC', `More than one signal is named ${quote(description)}`, { where });
    } else seen.add(description);
  }
}
