import type { Annotation, EcgRecord } from '../record.js';
import type { WfdbHeader } from './header.js';

/** Value that WFDB prints for a missing sample in ADC units. */
const MISSING_ADU = -32768;

/**
 * A time as the WFDB tools print it: hours, minutes, seconds and milliseconds from the start of the record, or the time of
 * day in brackets where the header has one.
 * @param sample at the header's frame rate
 */
export function formatTime(sample: number, header: Pick<WfdbHeader, 'fs' | 'baseTime' | 'baseDate'>): string {
  const elapsed = Math.floor((sample * 1000) / header.fs + 0.5);
  if (header.baseTime === undefined) return clock(elapsed, ' ');
  const time = elapsed + milliseconds(header.baseTime);
  const date = /^(\d+)\/(\d+)\/(\d+)$/.exec(header.baseDate ?? '');
  if (date === null) return `[${clock(time % DAY, '0')}]`;
  const day = new Date(0);
  day.setUTCFullYear(Number(date[3]), Number(date[2]) - 1, Number(date[1]) + Math.floor(time / DAY));
  const two = (value: number): string => String(value).padStart(2, '0');
  const shown = `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${String(day.getUTCFullYear()).padStart(4, '0')}`;
  return `[${clock(time % DAY, '0')} ${shown}]`;
}

const DAY = 86_400_000;

/** `HH:MM:SS`, `MM:SS` or `SS`, with decimals, in milliseconds. */
function milliseconds(time: string): number {
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.floor(seconds * 1000 + 0.5);
}

/** `H:MM:SS.mmm`; without an hour, the hour's place is blank, unless `pad` fills it. */
function clock(ms: number, pad: ' ' | '0'): string {
  const field = (value: number, width: number): string => String(value).padStart(width, '0');
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const rest = `${field(Math.floor(ms / 1000) % 60, 2)}.${field(ms % 1000, 3)}`;
  if (hours === 0 && pad === ' ') return `   ${String(minutes).padStart(2)}:${rest}`;
  return `${String(hours).padStart(2, pad)}:${field(minutes, 2)}:${rest}`;
}

/** One line of `rdann`'s listing, without line end: time, sample, mnemonic, subtype, channel, number and text. */
export function formatAnnotation(
  annotation: Annotation,
  header: Pick<WfdbHeader, 'fs' | 'baseTime' | 'baseDate'>,
): string {
  const { sample, symbol, subtype, channel, number, aux } = annotation;
  const time = formatTime(sample, header);
  const fields = [
    String(sample).padStart(9),
    symbol.padStart(6),
    String(subtype).padStart(5),
    String(channel).padStart(5),
    String(number).padStart(5),
  ];
  return `${time}${fields.join('')}${aux === '' ? '' : `\t${aux}`}`;
}

/**
 * Lines of `rdsamp`'s listing, in pieces: the sample's number and a column a lead, whole ADC units 7 wide or physical
 * values 15 wide with 8 decimals; a missing sample is −32768 or `-`.
 * @param from number of the record's first sample
 */
export function* sampleLines(record: EcgRecord, units: 'physical' | 'digital', from = 0): Generator<string> {
  const rows = 4096;
  for (let start = 0; start < record.length; start += rows) {
    let text = '';
    for (let i = start; i < Math.min(start + rows, record.length); i++) {
      text += String(from + i).padStart(8);
      for (const { samples } of record.leads) {
        const value = samples[i]!;
        if (units === 'digital') text += `\t${String(Number.isNaN(value) ? MISSING_ADU : value).padStart(7)}`;
        else text += `\t${(Number.isNaN(value) ? '-' : value.toFixed(8)).padStart(15)}`;
      }
      text += '\n';
    }
    yield text;
  }
}
