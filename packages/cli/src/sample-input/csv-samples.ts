import { EcgError, millivoltsPer } from '@ecgpu/ecg-dsp';
import { CsvHead } from './csv-head.js';
import type { SampleFormat, SampleInput } from './sample-input.js';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = /^(|nan|na|null|-)$/i;
/** More than any row of samples has; without a bound a file without line ends would be kept whole. */
const LONGEST_LINE = 65_536;

/**
 * One row a sample, with one number a lead: separated by commas, semicolons, tabs or blanks. Rows of names and of units may come first;
 * without a gain the samples are in those units.
 */
export class CsvSamples implements SampleInput {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private line = 0;
  private head: CsvHead | undefined = new CsvHead();
  /** mV for each column taken, of a number that the zero is taken from; once the head has ended. */
  private millivolts: readonly ((x: number) => number)[] = [];

  constructor(private readonly format: SampleFormat) {}

  *push(bytes: Uint8Array): Generator<Float64Array[]> {
    const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split('\n');
    this.rest = lines.pop()!;
    yield* this.samplesOf(lines);
    if (this.rest.length > LONGEST_LINE) {
      throw this.error(this.line + 1, `The line has more than ${LONGEST_LINE} characters`);
    }
  }

  end(): Iterable<Float64Array[]> {
    const last = this.rest + this.decoder.decode();
    this.rest = '';
    return this.samplesOf(last === '' ? [] : [last]);
  }

  private *samplesOf(lines: readonly string[]): Generator<Float64Array[]> {
    const rows: (readonly number[])[] = [];
    try {
      for (const text of lines) {
        this.line++;
        const row = this.rowOf(text.trim());
        if (row !== undefined) rows.push(row);
      }
    } finally {
      // Before the row that is refused, if one is: what came before it is none the worse.
      yield this.format.taken.map((_, k) => Float64Array.from(rows, (row) => row[k]!));
    }
  }

  /** A sample of each column taken; nothing for a row of the head, for a comment and for an empty line. */
  private rowOf(text: string): number[] | undefined {
    const { columns, taken, zero } = this.format;
    // Where a row is one cell, an empty line is a missing sample.
    if (text.startsWith('#') || (text === '' && columns > 1)) return undefined;
    const cells = text.split(/[,;\t]/.test(text) ? /\s*[,;\t]\s*/ : / +/);
    if (this.head !== undefined) {
      // The one name of a row may have blanks.
      const titles = columns === 1 && !cells.some(isNumber) ? [text] : cells;
      if (titles.length === columns && this.head.take(titles, isNumber)) return undefined;
      this.millivolts = taken.map((column) => this.scaleOf(column, this.head?.unitOf(column)));
      this.head = undefined;
    }
    if (cells.length !== columns) {
      throw this.error(this.line, `The row has ${cells.length} cells where ${columns} were announced`);
    }
    const wrong = cells.find((cell) => !isNumber(cell));
    if (wrong !== undefined) throw this.error(this.line, `${JSON.stringify(wrong.slice(0, 40))} is not a number`);
    return taken.map((column, k) => {
      const cell = cells[column - 1]!;
      return MISSING.test(cell) ? Number.NaN : this.millivolts[k]!(Number(cell) - zero);
    });
  }

  /** By the gain, else by the unit. Divided or multiplied as a record's samples are, so that the bits are the same. */
  private scaleOf(column: number, unit: string | undefined): (x: number) => number {
    const { gain } = this.format;
    if (gain !== undefined) return (x) => x / gain;
    const factor = unit === undefined ? 1 : millivoltsPer(unit);
    if (factor !== undefined) return (x) => x * factor;
    throw new EcgError(
      'UNITS_UNKNOWN',
      `Column ${column} is in ${JSON.stringify(unit?.slice(0, 40))}, which is no voltage`,
      {
        where: 'input',
        fix: 'Choose another column by --lead or --columns, or say by --gain what comes in for 1 mV.',
      },
    );
  }

  private error(line: number, message: string): EcgError {
    return new EcgError('STREAM_CSV', message, {
      where: 'input',
      line,
      fix: 'Give one row a sample with as many numbers as --leads or --columns say; nothing or nan for a missing sample.',
    });
  }
}

function isNumber(cell: string): boolean {
  return NUMBER.test(cell) || MISSING.test(cell);
}
