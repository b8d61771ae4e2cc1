import { EcgError } from '../errors.js';
import { quote } from '../text.js';
import { checkFileName } from './file-name.js';
import type { SignalSpec, WfdbHeader } from './header.js';

/** What a header needs to be written; what is left out is not written. */
export type HeaderToWrite = Pick<WfdbHeader, 'name' | 'fs'> & Partial<Omit<WfdbHeader, 'name' | 'fs' | 'diagnostics'>>;

/**
 * Text of a WFDB header, with LF line ends, that the C library and wfdb-python read.
 * @throws EcgError HDR_SYNTAX where a field cannot be written without changing its meaning; PATH_ESCAPE
 */
export function formatHeader(header: HeaderToWrite): string {
  const { name, segments, signals = [] } = header;
  token(name, /^[\w-]{1,50}$/, 'record name', name);
  if (!(header.fs > 0 && Number.isFinite(header.fs))) throw unwritable(name, `sampling frequency ${header.fs}`);
  const counter = header.counterFs === undefined ? '' : `/${header.counterFs}`;
  const base = header.baseCounter === undefined ? '' : `(${header.baseCounter})`;
  const fields = [
    segments === undefined ? name : `${name}/${segments.length}`,
    segments === undefined ? signals.length : (header.signalCount ?? 0),
    `${header.fs}${counter}${counter === '' ? '' : base}`,
    header.length ?? 0,
  ];
  if (header.baseTime !== undefined) fields.push(token(header.baseTime, /^[\d:.]+$/, 'time', name));
  else if (header.baseDate !== undefined) fields.push('0:00:00');
  if (header.baseDate !== undefined) fields.push(token(header.baseDate, /^[\d/]+$/, 'date', name));
  const lines = [fields.join(' ')];
  for (const segment of segments ?? []) {
    lines.push(`${token(segment.name, /^(~|[\w-]{1,50})$/, 'segment name', name)} ${segment.length}`);
  }
  if (segments === undefined)
    for (const signal of signals) lines.push(signalLine(signal, name, header.length !== undefined));
  for (const comment of header.comments ?? []) lines.push(`# ${token(comment, /^[^\r\n]*$/, 'comment', name)}`);
  return `${lines.join('\n')}\n`;
}

function signalLine(signal: SignalSpec, where: string, checked: boolean): string {
  if (checked && signal.checksum === undefined) throw unwritable(where, 'missing checksum of a record of known length');
  if (signal.file !== '~') checkFileName(signal.file, where);
  const { format, samplesPerFrame, skew, byteOffset } = signal;
  const storage = [
    format,
    samplesPerFrame === 1 ? '' : `x${samplesPerFrame}`,
    skew === 0 ? '' : `:${skew}`,
    byteOffset === 0 ? '' : `+${byteOffset}`,
  ].join('');
  const gain = signal.calibrated ? signal.gain : 0;
  const units = token(signal.units, /^[^\s]+$/, 'unit', where);
  const fields = [
    token(signal.file, /^\S+$/, 'file name', where),
    storage,
    `${gain}(${signal.baseline})/${units}`,
    signal.adcResolution,
    signal.adcZero,
    signal.initialValue,
    signal.checksum ?? 0,
    signal.blockSize,
  ];
  if (signal.description !== undefined) {
    fields.push(token(signal.description, /^[^\s#]([^\r\n]*[^\s])?$/, 'lead name', where));
  }
  return fields.join(' ');
}

function token(text: string, grammar: RegExp, what: string, where: string): string {
  if (!grammar.test(text)) throw unwritable(where, `${what} ${quote(text)}`);
  return text;
}

function unwritable(where: string, what: string): EcgError {
  return new EcgError('HDR_SYNTAX', `The ${what} cannot be written in a header`, {
    where,
    fix: 'Names are letters, digits, "_" and "-"; units have no blanks; nothing has a line break.',
  });
}
