import { EcgError } from '../errors.js';
import type { Annotation } from '../record.js';
import { quote } from '../text.js';
import { codeOf, noteCode } from './annotation-codes.js';
import type { AnnotationDefinition } from './annotation-file.js';

export interface EncodeAnnotationsOptions {
  /** Writes the note `## time resolution: fs`, so that readers know the clock of the samples. */
  readonly fs?: number;
  /** Labels of the file's own, codes 42 to 49, written into the file. */
  readonly definitions?: readonly AnnotationDefinition[];
}

const SKIP = 59;
const NUM = 60;
const SUB = 61;
const CHN = 62;
const AUX = 63;
const LONGEST_SKIP = 2 ** 31 - 1;

/**
 * Writes annotations in MIT format, as the C library does: SKIP where it is needed, the annotation, SUB, CHN, NUM, AUX.
 * @param annotations in order of time, none before 0: wfdb-python reads no others
 * @throws EcgError ANN_ORDER, ANN_NEGATIVE_TIME, ANN_SYMBOL, ANN_FIELD
 */
export function encodeAnnotations(
  annotations: readonly Annotation[],
  options: EncodeAnnotationsOptions = {},
): Uint8Array {
  const out: number[] = [];
  const word = (value: number): void => {
    out.push(value & 0xff, (value >> 8) & 0xff);
  };
  const skip = (interval: number): void => {
    word(SKIP << 10);
    word((interval >> 16) & 0xffff);
    word(interval & 0xffff);
  };
  const text = (bytes: Uint8Array): void => {
    word((AUX << 10) | bytes.length);
    for (const byte of bytes) out.push(byte);
    if (bytes.length % 2 === 1) out.push(0);
  };
  const notes = prologue(options);
  for (const note of notes) {
    word(noteCode << 10);
    text(new TextEncoder().encode(note));
  }
  const own = new Map((options.definitions ?? []).map(({ code, symbol }) => [symbol, code]));
  const first = annotations[0];
  // The C library takes notes at time 0 for remarks about the file, and gives none of them out, up to an annotation of type 0.
  const looksLikeTable =
    first?.sample === 0 && [0, noteCode].includes(own.get(first.symbol) ?? codeOf(first.symbol) ?? -1);
  if (notes.length > 0 || looksLikeTable) {
    skip(-1);
    word(1);
  }
  let time = 0;
  let channel = 0;
  let number = 0;
  for (const [index, annotation] of annotations.entries()) {
    const { code, aux } = checked(annotation, index, time, own);
    let interval = annotation.sample - time;
    const far = interval > 1023 || (code === 0 && interval === 0);
    if (far) {
      if (code === 0) interval -= 1;
      do {
        const step = Math.min(interval, LONGEST_SKIP);
        skip(step);
        interval -= step;
      } while (interval > 0);
      word((code << 10) | (code === 0 ? 1 : 0));
    } else word((code << 10) | interval);
    time = annotation.sample;
    if (annotation.subtype !== 0) word((SUB << 10) | (annotation.subtype & 0x3ff));
    if (annotation.channel !== channel) {
      channel = annotation.channel;
      word((CHN << 10) | channel);
    }
    if (annotation.number !== number) {
      number = annotation.number;
      word((NUM << 10) | (number & 0x3ff));
    }
    if (aux.length > 0) text(aux);
  }
  word(0);
  return Uint8Array.from(out);
}

function prologue({ fs, definitions }: EncodeAnnotationsOptions): string[] {
  const notes: string[] = [];
  if (fs !== undefined) {
    if (!(fs > 0 && Number.isFinite(fs))) throw bad('ANN_FIELD', `The sampling frequency is ${fs}`);
    notes.push(`## time resolution: ${fs}`);
  }
  if (definitions !== undefined && definitions.length > 0) {
    notes.push('## annotation type definitions');
    for (const { code, symbol, description } of definitions) {
      if (!(Number.isInteger(code) && code >= 1 && code <= 49) || !/^[^\s]{1,20}$/.test(symbol)) {
        throw bad('ANN_SYMBOL', `Code ${code} cannot be defined as ${quote(symbol)}`);
      }
      notes.push(`${code} ${symbol} ${description}`);
    }
    notes.push('## end of definitions');
  }
  for (const note of notes)
    if (new TextEncoder().encode(note).length > 255) throw bad('ANN_FIELD', 'A note is too long');
  return notes;
}

function checked(annotation: Annotation, index: number, time: number, own: ReadonlyMap<string, number>) {
  const { sample, symbol, subtype, channel, number } = annotation;
  const here = `annotation ${index}`;
  if (!Number.isSafeInteger(sample)) throw bad('ANN_FIELD', `The sample of ${here} is ${sample}`);
  if (sample < 0) throw bad('ANN_NEGATIVE_TIME', `The sample of ${here} is ${sample}`);
  if (sample < time) throw bad('ANN_ORDER', `The sample of ${here} is ${sample}, after ${time}`);
  const code = own.get(symbol) ?? codeOf(symbol);
  if (code === undefined) throw bad('ANN_SYMBOL', `The symbol of ${here} is ${quote(symbol)}`);
  const inRange = (value: number, from: number, to: number): boolean =>
    Number.isInteger(value) && value >= from && value <= to;
  if (!inRange(subtype, -128, 127) || !inRange(channel, 0, 255) || !inRange(number, -128, 127)) {
    throw bad('ANN_FIELD', `Subtype ${subtype}, channel ${channel} or number ${number} of ${here} is out of range`);
  }
  const aux = new TextEncoder().encode(annotation.aux);
  if (aux.length > 255) throw bad('ANN_FIELD', `The text of ${here} has ${aux.length} bytes`);
  return { code, aux };
}

function bad(code: string, message: string): EcgError {
  return new EcgError(code, message, {
    fix: 'Sort by sample (0 or more, whole); subtype and number are -128 to 127, channel 0 to 255, texts at most 255 bytes; a symbol is a WFDB mnemonic or defined in `definitions`.',
  });
}
