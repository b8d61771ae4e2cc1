import { EcgError } from '@ecgpu/ecg-dsp';
import type { SampleFormat, SampleInput } from './sample-input.js';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = /^(|nan|na|null|-)$/i;
/** More than any row of samples has; without a bound a file without line ends would be kept whole. */
const LONGEST_LINE = 65_536;

/** One row a sample, with one number a lead: separated by commas, semicolons, tabs or blanks; the first row may be names. */
export class CsvSamples implements SampleInput {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private line = 0;

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

  /** A sample of each column taken; nothing for a row of names, which only the first can be, and for a comment. */
  private rowOf(text: string): number[] | undefined {
    if (text.startsWith('#')) return undefined;
    const { columns, taken, gain, zero } = this.format;
    const cells = text.split(/[,;\t]/.test(text) ? /\s*[,;\t]\s*/ : / +/);
    const isNumber = (cell: string) => NUMBER.test(cell) || MISSING.test(cell);
    if (this.line === 1 && cells.length === columns && !cells.every(isNumber)) return undefined;
    if (cells.length !== columns) {
      throw this.error(this.line, `The row has ${cells.length} cells where ${columns} were announced`);
    }
    const wrong = cells.find((cell) => !isNumber(cell));
    if (wrong !== undefined) throw this.error(this.line, `${JSON.stringify(wrong.slice(0, 40))} is not a number`);
    return taken.map((column) => {
      const cell = cells[column - 1]!;
      return MISSING.test(cell) ? Number.NaN : (Number(cell) - zero) / gain;
    });
  }

  private error(line: number, message: string): EcgError {
    return new EcgError('STREAM_CSV', message, {
      where: 'input',
      line,
      fix: 'Give one row a sample with as many numbers as --leads or --columns say; nothing or nan for a missing sample.',
    });
  }
}
