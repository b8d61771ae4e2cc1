import { EcgError } from '../errors.js';
import { defaultLimits, type ReadLimits } from '../limits.js';
import type { EcgRecord } from '../record.js';
import { placeOf, textLines } from '../text.js';

/** A spreadsheet takes a cell that starts so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A record as CSV: a row of names with units, then time in seconds and one column a lead; an empty cell is a missing
 * sample. Numbers keep all their digits. In pieces, the row of names first, so that long records need not be in memory twice.
 * @param first number of the record's first sample: where its times begin
 */
export function* csvChunks(record: EcgRecord, first = 0): Generator<string> {
  const titles = ['time (s)', ...record.leads.map(({ name, units }) => `${name} (${units})`)];
  yield `${titles.map(cell).join(',')}\n`;
  const rows = 4096;
  for (let from = 0; from < record.length; from += rows) {
    let text = '';
    for (let i = from; i < Math.min(from + rows, record.length); i++) {
      text += (first + i) / record.fs;
      for (const { samples } of record.leads) text += Number.isNaN(samples[i]) ? ',' : `,${samples[i]}`;
      text += '\n';
    }
    yield text;
  }
}

/** {@link csvChunks} in one piece. */
export function formatCsv(record: EcgRecord): string {
  return [...csvChunks(record)].join('');
}

/** A text cell: never a formula, and quoted where it must be. */
function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export interface ParseCsvOptions {
  /** Samples per second; needed where there is no column of times. */
  readonly fs?: number;
  readonly name?: string;
  /** Names of the columns of samples, instead of those that the file may have. */
  readonly leads?: readonly string[];
  /** Unit of columns whose title has none. Default mV. */
  readonly units?: string;
  readonly limits?: Partial<ReadLimits>;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = /^(|nan|na|null|-)$/i;
const TIME = /^(time|times|t|seconds?|elapsed time)$/i;
const COUNTER = /^(sample( ?#| number)?|index|i|#)$/i;
const SECONDS: Readonly<Record<string, number>> = { s: 1, sec: 1, seconds: 1, ms: 1e-3, '': 1 };

/**
 * A record from comma-, semicolon- or tab-separated text: with or without a row of names (`MLII (mV)`), a row of units
 * (as rdsamp writes them) and a column of times or sample numbers. Empty cells are missing samples.
 * @throws EcgError CSV_SYNTAX, CSV_NUMBER, CSV_TIME, CSV_FS, CSV_LEADS, each with its line where it has one; BUDGET
 */
export function parseCsv(bytes: Uint8Array, options: ParseCsvOptions = {}): EcgRecord {
  const where = options.name ?? 'csv';
  const limits = { ...defaultLimits, ...options.limits };
  const { columns, titles } = readTable(bytes, where, limits);
  if (columns[0] === undefined) {
    throw new EcgError('CSV_SYNTAX', 'There are no rows of numbers', {
      where,
      fix: 'The file is empty or no CSV: columns are separated by commas, semicolons or tabs.',
    });
  }
  const timed = titles[0] !== undefined && TIME.test(titles[0].name);
  const counted = titles[0] !== undefined && (COUNTER.test(titles[0].name) || timed) ? 1 : 0;
  const fs = options.fs ?? (timed ? rateOf(columns[0], SECONDS[titles[0]!.units ?? ''], where) : undefined);
  if (fs === undefined || !(fs > 0 && Number.isFinite(fs))) {
    throw new EcgError('CSV_FS', 'The sampling rate is not known', {
      where,
      fix: 'Give it as `fs`, or a first column named "time" in seconds.',
    });
  }
  const found = columns.length - counted;
  if (found === 0 || (options.leads !== undefined && options.leads.length !== found)) {
    throw new EcgError(
      'CSV_LEADS',
      `There are ${found} columns of samples and ${options.leads?.length ?? 'no'} names`,
      {
        where,
        fix: 'Give a file with samples, and as many names in `leads` as it has columns of them.',
      },
    );
  }
  const leads = columns.slice(counted).map((samples, index) => ({
    name: options.leads?.[index] ?? titles[index + counted]?.name ?? `lead ${index}`,
    units: titles[index + counted]?.units ?? options.units ?? 'mV',
    samples,
  }));
  return { name: where, fs, length: leads[0]?.samples.length ?? 0, leads, comments: [], diagnostics: [] };
}

/** What the title of a column says. */
export interface ColumnTitle {
  readonly name: string;
  readonly units: string | undefined;
}

function readTable(bytes: Uint8Array, where: string, limits: ReadLimits) {
  refuseLongLines(bytes, where, limits);
  let delimiter = '';
  let titles: ColumnTitle[] = [];
  let values: number[][] = [];
  for (const row of textLines(bytes)) {
    const { text } = row;
    if (text.trim() === '' || text.startsWith('#')) continue;
    const at = placeOf(row, where);
    delimiter ||= [',', ';', '\t'].find((mark) => text.includes(mark)) ?? ',';
    const cells = splitRow(text, delimiter);
    const isText = cells.some((part) => !NUMBER.test(part) && !MISSING.test(part));
    if (values.length === 0 && isText && titles.length === 0) {
      refuseManyColumns(cells.length, limits, at);
      titles = cells.map(columnTitle);
      continue;
    }
    // A row of units has no number in it: one that has is of samples, and its text is refused below.
    const isUnits =
      isText && !cells.some((part) => NUMBER.test(part)) && titles.every(({ units }) => units === undefined);
    if (values.length === 0 && isUnits) {
      titles = titles.map(({ name }, i) => ({ name, units: columnUnits(cells[i] ?? '') }));
      continue;
    }
    if (values.length === 0) {
      refuseManyColumns(cells.length, limits, at);
      values = cells.map(() => []);
    }
    if (cells.length !== values.length) {
      throw new EcgError('CSV_SYNTAX', `The row has ${cells.length} cells, the first ${values.length}`, {
        ...at,
        fix: 'Every row needs the same number of cells.',
      });
    }
    for (const [column, part] of cells.entries()) {
      const value = MISSING.test(part) ? Number.NaN : NUMBER.test(part) ? Number(part) : undefined;
      if (value === undefined || Math.abs(value) === Infinity) {
        throw new EcgError('CSV_NUMBER', `${JSON.stringify(part.slice(0, 40))} is not a number`, {
          ...at,
          fix: 'Write numbers with a decimal point, and nothing for a missing sample.',
        });
      }
      values[column]!.push(value);
    }
    if (values.length * values[0]!.length * 8 > limits.maxBytes) {
      throw new EcgError('BUDGET', `There are over ${limits.maxBytes} bytes of samples`, {
        ...at,
        fix: 'Raise `limits.maxBytes`, or split the file.',
      });
    }
  }
  return { titles, columns: values.map((column) => Float64Array.from(column)) };
}

function refuseManyColumns(count: number, { maxSignals }: ReadLimits, at: ReturnType<typeof placeOf>): void {
  if (count <= maxSignals) return;
  throw new EcgError('CSV_SYNTAX', `There are ${count} columns`, { ...at, fix: 'Check the separator.' });
}

/** Before any line becomes text: a file without line ends would become one of its whole size. */
function refuseLongLines(bytes: Uint8Array, where: string, { maxLineBytes }: ReadLimits): void {
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 10 || bytes[i] === 13) start = i + 1;
    else if (i - start >= maxLineBytes) {
      throw new EcgError('CSV_SYNTAX', `There is a line of more than ${maxLineBytes} bytes`, {
        where,
        byteOffset: start,
        fix: 'This does not look like CSV. Raise `limits.maxLineBytes` if it is.',
      });
    }
  }
}

/** Cells of a row, without quotes and outer blanks. */
function splitRow(text: string, delimiter: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    if (text[at] === '"') {
      let value = '';
      at++;
      while (at < text.length && !(text[at] === '"' && text[at + 1] !== '"')) {
        if (text[at] === '"') at++;
        value += text[at++];
      }
      cells.push(value.trim());
      const next = text.indexOf(delimiter, at);
      at = next < 0 ? text.length + 1 : next + 1;
    } else {
      const next = text.indexOf(delimiter, at);
      const end = next < 0 ? text.length : next;
      cells.push(text.slice(at, end).trim());
      at = end + 1;
    }
  }
  return cells;
}

/** Name and unit of a title: `MLII (mV)`, `V5 [uV]`, `'MLII'` as rdsamp quotes it. */
export function columnTitle(text: string): ColumnTitle {
  const plain = /^'(.*)'$/.exec(text)?.[1] ?? (FORMULA.test(text.slice(1)) ? text.replace(/^'/, '') : text);
  const match = /^(.*\S)\s*[([]([^()[\]]+)[)\]]$/.exec(plain);
  return match ? { name: match[1]!, units: match[2]!.trim() } : { name: plain, units: undefined };
}

/** A cell of a row of units, `'mV'` as rdsamp quotes it or `(mV)`, without what is around it. */
export function columnUnits(text: string): string {
  return text.replace(/^['"([]+|['")\]]+$/g, '');
}

/** Sampling rate of evenly spaced times; a whole number where the written digits allow it. */
function rateOf(times: Float64Array, unit: number | undefined, where: string): number {
  const last = times.length - 1;
  const span = (times[last]! - times[0]!) * (unit ?? Number.NaN);
  const fs = last / span;
  if (!(fs > 0 && Number.isFinite(fs))) {
    throw new EcgError('CSV_TIME', 'The times do not give a sampling rate', {
      where,
      fix: 'They must grow from row to row and be in s or ms; or give the rate as `fs`.',
    });
  }
  const step = (times[last]! - times[0]!) / last;
  let furthest = 0;
  for (let i = 1; i < times.length; i++) {
    const off = Math.abs(times[i]! - times[0]! - i * step);
    const increment = times[i]! - times[i - 1]!;
    furthest = Math.max(furthest, off);
    if (!(off <= 0.75 * step && increment > 0.5 * step && increment < 1.5 * step)) {
      throw new EcgError('CSV_TIME', `The times are not evenly spaced: row ${i} is at ${times[i]}`, {
        where,
        fix: 'Fill a gap with rows of empty cells; give the rate as `fs` where times are only rounded.',
      });
    }
  }
  // Rounded times leave this much doubt about the rate.
  const doubt = (fs * furthest) / (times[last]! - times[0]!);
  return Math.abs(fs - Math.round(fs)) <= Math.max(doubt, fs * 1e-9) ? Math.round(fs) : fs;
}
