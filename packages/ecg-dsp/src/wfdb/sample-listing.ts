import { fixed, significant } from '../ec57/printf.js';
import type { EcgRecord } from '../record.js';
import type { SignalSpec } from './header.js';
import { formatElapsed, formatTimeOfDay, inWholeSeconds, type RecordClock } from './time-text.js';

/** What the first column of a listing holds; `day` is the elapsed time where the record knows no time of day. */
export const sampleTimes = ['samples', 'seconds', 'minutes', 'hours', 'elapsed', 'day'] as const;
export type SampleTimes = (typeof sampleTimes)[number];

/** The signal of a column: its scale, and its description where it has one. */
export type ListedSignal = Pick<SignalSpec, 'gain' | 'baseline' | 'units' | 'description'>;

export interface SampleListingOptions {
  /** ADC units; physical values in the file's own units with 3 decimals; the same with 8. Default `raw`. */
  readonly values?: 'raw' | 'physical' | 'precise';
  /** Default `samples` for raw values and `seconds` for others. */
  readonly times?: SampleTimes;
  /** Commas between columns, titles in single quotes, no padding. */
  readonly comma?: boolean;
}

/** What the WFDB tools print for a missing sample in ADC units. */
const MISSING_ADU = -32768;

/** Listing of samples as rdsamp(1) of WFDB 10.7 prints it. */
export class SampleListing {
  readonly #clock: RecordClock;
  readonly #signals: readonly ListedSignal[];
  readonly #values: 'raw' | 'physical' | 'precise';
  readonly #times: SampleTimes;
  readonly #comma: boolean;
  /** Letters in a column. */
  readonly #width: number;

  /** @param clock of the samples that will be listed: its `fs` is the frame rate times what high resolution multiplies it by */
  constructor(clock: RecordClock, signals: readonly ListedSignal[], options: SampleListingOptions = {}) {
    this.#clock = clock;
    this.#signals = signals;
    this.#values = options.values ?? 'raw';
    const times = options.times ?? (this.#values === 'raw' ? 'samples' : 'seconds');
    this.#times = times === 'day' && clock.baseTime === undefined ? 'elapsed' : times;
    this.#comma = options.comma === true;
    this.#width = this.#values === 'precise' ? 15 : 7;
  }

  /** The titles, and for physical values the units: one or two lines. */
  heading(): string {
    const raw = this.#values === 'raw';
    const [title, unit] = this.#timeTitles(raw);
    const names = this.#signals.map(columnTitle);
    const units = this.#signals.map((signal) => signal.units);
    if (this.#comma) {
      const line = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\n`;
      return line([title.trim(), ...names]) + (raw ? '' : line([unit, ...units]));
    }
    const line = (first: string, cells: readonly string[]): string => `${[first, ...cells].join('\t')}\n`;
    // The ends of names differ more often than their beginnings: "ECG lead I", "ECG lead II".
    const first = line(
      title,
      names.map((name) => name.slice(-this.#width).padStart(this.#width)),
    );
    if (raw) return first;
    const bracketed = units.map((text) => `(${text.slice(0, this.#width - 2)})`.padStart(this.#width));
    return first + line(this.#unitTitle(unit), bracketed);
  }

  /**
   * Lines of some samples, in pieces.
   * @param record with its samples in ADC units, its leads those of the listing
   * @param from number of its first sample
   */
  *lines(record: EcgRecord, from = 0): Generator<string> {
    const rows = 4096;
    for (let start = 0; start < record.length; start += rows) {
      let text = '';
      for (let i = start; i < Math.min(start + rows, record.length); i++) {
        text += this.#time(from + i);
        for (const [lead, { samples }] of record.leads.entries())
          text += this.#value(samples[i]!, this.#signals[lead]!);
        text += '\n';
      }
      yield text;
    }
  }

  #value(adu: number, { gain, baseline }: ListedSignal): string {
    const text =
      this.#values === 'raw'
        ? String(Number.isNaN(adu) ? MISSING_ADU : adu)
        : Number.isNaN(adu)
          ? '-'
          : fixed((adu - baseline) / gain, this.#values === 'precise' ? 8 : 3);
    return this.#comma ? `,${text}` : `\t${text.padStart(this.#width)}`;
  }

  #time(sample: number): string {
    const { fs } = this.#clock;
    switch (this.#times) {
      case 'samples':
        return this.#padded(String(sample));
      case 'seconds':
        return this.#padded(fixed(sample / fs, 3));
      case 'minutes':
        return this.#padded(fixed(sample / (fs * 60), 5));
      case 'hours':
        return this.#padded(fixed(sample / (fs * 3600), 7));
      case 'elapsed':
        return this.#clockText(formatElapsed(sample, fs).padStart(15));
      case 'day':
        return this.#clockText(formatTimeOfDay(sample, this.#clock));
    }
  }

  #padded(text: string): string {
    return this.#comma ? text : text.padStart(15);
  }

  #clockText(text: string): string {
    return this.#comma ? quoted(text.trim()) : text;
  }

  /** Title of the time column, and its unit. */
  #timeTitles(raw: boolean): readonly [string, string] {
    const elapsed = this.#comma ? 'Elapsed time' : 'Elapsed time'.padStart(15);
    switch (this.#times) {
      case 'samples':
        if (raw) return ['sample #'.padStart(15), ''];
        return ['sample interval', `${this.#interval()} sec`];
      case 'elapsed':
        return [elapsed, 'hh:mm:ss.mmm'];
      case 'day':
        return this.#dayTitles();
      default:
        return [elapsed, this.#times];
    }
  }

  #dayTitles(): readonly [string, string] {
    if (this.#clock.baseDate === undefined) return [this.#comma ? 'Time' : '     Time', 'hh:mm:ss.mmm'];
    const whole = inWholeSeconds(this.#clock);
    const title = whole ? '   Time      Date    ' : '      Time      Date    ';
    return [this.#comma ? 'Time and date' : title, `hh:mm:ss${whole ? '' : '.mmm'} dd/mm/yyyy`];
  }

  /** Seconds between samples; in columns, as many letters as there is place for. */
  #interval(): string {
    const text = significant(1 / this.#clock.fs, 6);
    return this.#comma ? text : text.slice(0, 9);
  }

  #unitTitle(unit: string): string {
    if (this.#times === 'day') return `(${unit})`;
    return (this.#times === 'elapsed' ? unit : `(${unit})`).padStart(15);
  }
}

/** A stand-in for a missing description is cut to what tells signals apart. */
function columnTitle({ description }: ListedSignal, index: number): string {
  return description === undefined || /^record .*, signal \d+$/.test(description) ? `sig ${index}` : description;
}

/** A quote inside is doubled, as CSV has it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
