import { DiagnosticLog } from '../diagnostic-log.js';
import { type Diagnostic, EcgError } from '../errors.js';
import { defaultLimits, type ReadLimits } from '../limits.js';
import type { Annotation } from '../record.js';
import { decodeText } from '../text.js';
import { DAMAGED } from './advice.js';
import { highestCode, noteCode, symbolOf } from './annotation-codes.js';

/** A label that an annotation file defines for itself. */
export interface AnnotationDefinition {
  readonly code: number;
  readonly symbol: string;
  readonly description: string;
}

export interface AnnotationSet {
  readonly annotations: readonly Annotation[];
  /** Ticks per second that the file's own note declares; undefined where it has none. */
  readonly resolution: number | undefined;
  readonly definitions: readonly AnnotationDefinition[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface DecodeAnnotationsOptions {
  /** Sampling rate that samples are given in. A file that notes another clock is rescaled to it, rounding half up. */
  readonly fs?: number;
  /** Ticks per second of a file that does not note its clock. Default: `fs`. */
  readonly assumedResolution?: number;
  /** Length of the record in samples, to report annotations beyond its end. */
  readonly recordLength?: number;
  /** Keeps the NULs that many old files have at the end of their texts, so that writing gives the same bytes. */
  readonly keepNul?: boolean;
  readonly strict?: boolean;
  readonly limits?: Partial<ReadLimits>;
  /** File name for messages. */
  readonly where?: string;
}

interface Raw {
  time: number;
  code: number;
  subtype: number;
  channel: number;
  number: number;
  aux: Uint8Array;
  at: number;
}

const SKIP = 59;
const NUM = 60;
const SUB = 61;
const CHN = 62;
const AUX = 63;
const NO_BYTES = new Uint8Array(0);

/**
 * Reads an annotation file in MIT format, as annot(5) of the WFDB Software Package describes it.
 * @throws EcgError UNSUPPORTED_FORMAT (AHA format), LIMIT, ANN_TIME; in strict mode what would be a diagnostic
 */
export function decodeAnnotations(bytes: Uint8Array, options: DecodeAnnotationsOptions = {}): AnnotationSet {
  const where = options.where ?? 'annotations';
  const log = new DiagnosticLog(options.strict);
  refuseAha(bytes, where);
  const raw = parseWords(bytes, where, { ...defaultLimits, ...options.limits }.maxAnnotations, log);
  const { resolution, definitions, rest } = takeTables(raw, where, log);
  const clock = resolution ?? options.assumedResolution ?? options.fs ?? 1;
  const fs = options.fs ?? clock;
  if (fs !== clock) log.note('ANN_RESOLUTION', `Times in 1/${clock} s were rescaled to 1/${fs} s`, { where });
  const symbols = new Map(definitions.map(({ code, symbol }) => [code, symbol]));
  const annotations: Annotation[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const entry of rest) {
    const at = { where, byteOffset: entry.at };
    const sample = fs === clock ? entry.time : Math.floor((entry.time * fs) / clock + 0.5);
    if (!Number.isSafeInteger(sample)) {
      throw new EcgError('ANN_TIME', `Time ${entry.time} of a clock of ${clock} Hz is out of range`, {
        ...at,
        fix: DAMAGED,
      });
    }
    if (sample < before) log.breach('ANN_ORDER', 'warning', `Time ${sample} comes after ${before}`, at);
    if (sample < 0) log.breach('ANN_NEGATIVE_TIME', 'warning', `Time ${sample} is before the record`, at);
    if (options.recordLength !== undefined && sample >= options.recordLength) {
      log.warn('ANN_PAST_END', `Time ${sample} is past the end of the record, ${options.recordLength}`, at);
    }
    before = sample;
    annotations.push({
      sample,
      symbol: symbols.get(entry.code) ?? symbolOf(entry.code),
      subtype: entry.subtype,
      channel: entry.channel,
      number: entry.number,
      aux: auxText(entry.aux, options.keepNul === true),
    });
  }
  return { annotations, resolution, definitions, diagnostics: log.list() };
}

function parseWords(bytes: Uint8Array, where: string, limit: number, log: DiagnosticLog): Raw[] {
  const found: Raw[] = [];
  const word = (p: number): number => bytes[p]! | (bytes[p + 1]! << 8);
  const end = bytes.length - (bytes.length % 2);
  let time = 0;
  let channel = 0;
  let number = 0;
  let current: Raw | undefined;
  let p = 0;
  let ended = false;
  const cut = (what: string): void => {
    log.breach('ANN_TRUNCATED', 'error', `The file ends inside ${what}`, { where, byteOffset: p });
  };
  while (p < end) {
    const code = word(p) >> 10;
    const field = word(p) & 1023;
    if (code === 0 && field === 0) {
      ended = true;
      p += 2;
      break;
    }
    if (code === SKIP) {
      if (p + 6 > end) {
        cut('a SKIP');
        break;
      }
      time += (word(p + 2) << 16) | word(p + 4);
      p += 6;
    } else if (code === AUX) {
      const length = field & 0xff;
      if (p + 2 + length > bytes.length) {
        cut('a text');
        break;
      }
      if (current) current.aux = bytes.subarray(p + 2, p + 2 + length);
      else log.breach('ANN_ORPHAN', 'warning', 'A field belongs to no annotation', { where, byteOffset: p });
      p += 2 + length + (length % 2);
    } else if (code >= NUM) {
      if (code === NUM) number = (field << 24) >> 24;
      else if (code === CHN) channel = field & 0xff;
      if (current === undefined) {
        log.breach('ANN_ORPHAN', 'warning', 'A field belongs to no annotation', { where, byteOffset: p });
      } else if (code === SUB) current.subtype = (field << 24) >> 24;
      else if (code === NUM) current.number = number;
      else current.channel = channel;
      p += 2;
    } else {
      time += field;
      if (!Number.isSafeInteger(time)) {
        throw new EcgError('ANN_TIME', `The time ${time} is out of range`, { where, byteOffset: p, fix: DAMAGED });
      }
      if (code > highestCode) {
        log.breach('ANN_CODE_RESERVED', 'warning', `Code ${code} is reserved: left out`, { where, byteOffset: p });
        current = undefined;
      } else {
        if (found.length >= limit) {
          throw new EcgError('LIMIT', `More than ${limit} annotations`, { where, byteOffset: p, fix: DAMAGED });
        }
        current = { time, code, subtype: 0, channel, number, aux: NO_BYTES, at: p };
        found.push(current);
      }
      p += 2;
    }
  }
  if (!ended && p >= end) {
    log.breach('ANN_NO_EOF', 'warning', 'The file has no end mark', {
      where,
      byteOffset: bytes.length,
    });
  }
  if (bytes.length % 2 === 1) {
    log.breach('ANN_ODD_LENGTH', 'warning', 'The file has an odd byte', { where, byteOffset: end });
  }
  if (ended && p < end) {
    log.breach('ANN_TRAILING', 'warning', `${end - p} bytes after the end mark are ignored`, { where, byteOffset: p });
  }
  return found;
}

const DEFINITION = /^(\d{1,2}) (\S+)(?: (.*))?$/;
/** Old files define labels without saying so; the C library takes them too. Longer words are more likely a remark. */
const OLD_DEFINITION = /^([1-4]\d) (\S{1,4}) (.+)$/;

/** Notes at time 0 that describe the file: its clock and its own labels. They are taken out of the list. */
function takeTables(raw: readonly Raw[], where: string, log: DiagnosticLog) {
  let resolution: number | undefined;
  const definitions: AnnotationDefinition[] = [];
  const rest: Raw[] = [];
  let inDefinitions = false;
  let inTables = true;
  for (const entry of raw) {
    // Writers end the tables with an annotation of type 0 at time 0, which marks nothing.
    if (inTables && entry.code === 0 && entry.time === 0) {
      inTables = false;
      continue;
    }
    inTables &&= entry.time === 0 && entry.code === noteCode;
    const text = inTables ? auxText(entry.aux, false).trimEnd() : '';
    const clock = /^## time resolution: *([\d.eE+-]+)$/.exec(text);
    const definition = (inDefinitions ? DEFINITION : OLD_DEFINITION).exec(text);
    if (clock) {
      const value = Number(clock[1]);
      if (value > 0 && Number.isFinite(value)) resolution = value;
      else {
        const at = { where, byteOffset: entry.at };
        log.breach('ANN_CLOCK', 'error', `The time resolution ${clock[1]} is no frequency: ignored`, at);
      }
    } else if (text === '## annotation type definitions') inDefinitions = true;
    else if (text === '## end of definitions') inDefinitions = false;
    else if (definition && Number(definition[1]) <= highestCode) {
      definitions.push({ code: Number(definition[1]), symbol: definition[2]!, description: definition[3] ?? '' });
    } else rest.push(entry);
  }
  return { resolution, definitions, rest };
}

function auxText(aux: Uint8Array, keepNul: boolean): string {
  if (aux.length === 0) return '';
  const { text } = decodeText(aux);
  return keepNul ? text : text.replace(/\0+$/, '');
}

/** AHA format: 16-byte entries that start with 0 and a letter of the AHA code. */
function refuseAha(bytes: Uint8Array, where: string): void {
  if (bytes.length < 32 || bytes.length % 16 !== 0) return;
  for (const at of [0, 16]) {
    if (bytes[at] !== 0 || !'NVFEPQOUR'.includes(String.fromCharCode(bytes[at + 1]!))) return;
  }
  throw new EcgError('UNSUPPORTED_FORMAT', 'The annotations are in AHA format', {
    where,
    fix: 'Convert them to MIT format first, with rdann and wrann.',
  });
}
