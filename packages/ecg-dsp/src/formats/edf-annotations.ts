import type { DiagnosticLog } from '../diagnostic-log.js';
import type { Annotation } from '../record.js';
import { decodeText } from '../text.js';

/** An annotation of an EDF+ file. */
export interface EdfAnnotation {
  /** Seconds after the start of the file. */
  readonly onset: number;
  /** Seconds; undefined where the file gives none. */
  readonly duration: number | undefined;
  readonly text: string;
}

/** What an annotation signal holds in one data record. */
export interface TimeStampedAnnotations {
  /** When the data record starts, in seconds, where it says so. */
  readonly recordOnset: number | undefined;
  readonly annotations: readonly EdfAnnotation[];
}

const NUL = 0;
const END_OF_TEXT = 0x14;
/** `+onset`, and after the mark 0x15 a duration. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the format separates by a control character
const STAMP = /^([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?))?$/;

/**
 * Reads the time-stamped annotation lists (TALs) of one data record: `+onset[\x15duration]\x14text\x14…\x14\0`.
 * The first list of a data record has an empty first text and says when the record starts.
 */
export function parseTals(
  bytes: Uint8Array,
  byteOffset: number,
  where: string,
  log: DiagnosticLog,
): TimeStampedAnnotations {
  const annotations: EdfAnnotation[] = [];
  let recordOnset: number | undefined;
  let start = 0;
  while (start < bytes.length && bytes[start] !== NUL) {
    let end = bytes.indexOf(NUL, start);
    if (end < 0) end = bytes.length;
    const parts = split(bytes.subarray(start, end));
    const at = { where, byteOffset: byteOffset + start };
    const stamp = parts[0] === undefined ? null : STAMP.exec(parts[0]);
    const onset = Number(stamp?.[1]);
    if (stamp === null || bytes[end - 1] !== END_OF_TEXT || !Number.isFinite(onset)) {
      log.breach('EDF_TAL', 'error', 'This is no time-stamped annotation list: left out', at);
    } else {
      const texts = parts.slice(1);
      if (start === 0 && texts[0] === '') recordOnset = onset;
      const duration = stamp[2] === undefined ? undefined : Number(stamp[2]);
      for (const text of texts) if (text !== '') annotations.push({ onset, duration, text });
    }
    start = end + 1;
  }
  return { recordOnset, annotations };
}

/** Texts between the end-of-text marks. */
function split(bytes: Uint8Array): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== END_OF_TEXT) continue;
    parts.push(decodeText(bytes.subarray(start, i)).text);
    start = i + 1;
  }
  return parts;
}

/** EDF+ annotations as WFDB notes (`"` with the text), at a sampling rate; what has no place in a record is left out. */
export function annotationsFromEdf(annotations: readonly EdfAnnotation[], fs: number): Annotation[] {
  return annotations
    .map(({ onset, text }) => ({
      sample: Math.floor(onset * fs + 0.5),
      symbol: '"',
      subtype: 0,
      channel: 0,
      number: 0,
      aux: text,
    }))
    .filter(({ sample }) => sample >= 0)
    .sort((a, b) => a.sample - b.sample);
}
