import { EcgError } from '../errors.js';
import { type LineColumn, type LineTable, lineTables } from './line-tables.js';
import { fixed, whole } from './printf.js';
import { percent } from './tables.js';

interface RecordLine {
  readonly record: string;
  /** Values by column; null where the line has a dash. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** A parsed line-format table. */
export interface LineReport {
  readonly lines: readonly RecordLine[];
  /** Sums of the counts by column. */
  readonly sum: Readonly<Record<string, number>>;
  /** Figures of the pooled counts, in percent; null where nothing defines them or the table's counts do not suffice. */
  readonly gross: Readonly<Record<string, number | null>>;
  /** Means over the records that define a figure. */
  readonly average: Readonly<Record<string, number | null>>;
  readonly totals: Readonly<Record<string, number>>;
}

/**
 * Sums up a table that the line formats of compare (`-L`, `-l`) or runs have built: EC57's gross statistics, of all
 * beats together, and average ones, of all records.
 * @param where name of the file, for messages
 * @throws EcgError EC57_TABLE with the line, where the text is no such table
 */
export function readLineReport(text: string, where = 'table'): LineReport {
  return reportOf(...parse(text, where));
}

/**
 * The table followed by its sum, gross and average rows and its totals: what sumstats(1) adds to a table. The layout of
 * what is added is our own.
 * @throws EcgError EC57_TABLE
 */
export function sumstats(text: string, where = 'table'): string {
  const [table, lines] = parse(text, where);
  const { sum, gross, average, totals } = reportOf(table, lines);
  const row = (name: string, value: (column: LineColumn) => string): string => {
    const cells = table.columns.map((column, index) => {
      // The first column is printed beside the name, whatever the name's length.
      const width = index === 0 ? recordWidth(table) + column.width - name.length : column.width;
      return value(column).padStart(width);
    });
    return `${name}${cells.join('')}`.trimEnd();
  };
  const figure =
    (values: Readonly<Record<string, number | null>>) =>
    ({ name, digits }: LineColumn): string => {
      if (digits === undefined) return '';
      const value = values[name] ?? null;
      if (value !== null) return fixed(value, digits);
      return digits === 0 ? '-' : '- ';
    };
  return [
    text.endsWith('\n') ? text.slice(0, -1) : text,
    '',
    row('Sum', ({ name, digits }) => (digits === undefined ? ` ${whole(sum[name] ?? 0)}` : '')),
    row('Gross', figure(gross)),
    row('Average', figure(average)),
    '',
    `${Object.entries(totals)
      .map(([name, total]) => `Total ${name}: ${total}`)
      .join('  ')}\n`,
  ].join('\n');
}

/** Characters that the record's name takes: what is left of the lines when all columns are taken away. */
function recordWidth({ heading, columns }: LineTable): number {
  const line = heading.trimEnd().split('\n').at(-1)!;
  return line.length - columns.reduce((sum, { width }) => sum + width, 0);
}

function parse(text: string, where: string): [LineTable, RecordLine[]] {
  const lines = text.split(/\r?\n/);
  const table = lineTables.find(({ heading }) => text.replaceAll('\r\n', '\n').startsWith(heading));
  if (table === undefined) {
    throw new EcgError('EC57_TABLE', `${where} does not begin with the headings of a line-format table`, {
      where,
      line: 1,
      fix: 'Build it with -L or -l and a new file: only then the headings are written.',
    });
  }
  const first = table.heading.split('\n').length - 1;
  const records = lines.slice(first).flatMap((line, index) => {
    if (line.trim() === '') return [];
    return [parseLine(line, table, { where, line: first + index + 1 })];
  });
  return [table, records];
}

function parseLine(line: string, { columns }: LineTable, at: { where: string; line: number }): RecordLine {
  const words = line.trim().split(/\s+/);
  // A record name may hold blanks: what precedes the columns is the name.
  const cells = words.slice(-columns.length);
  const record = words.slice(0, -columns.length).join(' ');
  if (words.length <= columns.length) {
    throw new EcgError('EC57_TABLE', `A line has ${words.length - 1} values, not ${columns.length}`, {
      ...at,
      fix: 'Tables of different formats do not belong in one file.',
    });
  }
  const values = columns.map(({ name, digits }, index): [string, number | null] => {
    const cell = cells[index]!;
    if (digits !== undefined && cell === '-') return [name, null];
    if (!(digits === undefined ? /^\d{1,15}$/ : /^\d{1,15}(\.\d{1,15})?$/).test(cell)) {
      throw new EcgError('EC57_TABLE', `${JSON.stringify(cell.slice(0, 20))} is no value of the column ${name}`, {
        ...at,
        fix: 'Remove the line, or compare that record again.',
      });
    }
    return [name, Number(cell)];
  });
  return { record, values: Object.fromEntries(values) };
}

function reportOf(table: LineTable, lines: readonly RecordLine[]): LineReport {
  const counts = table.columns.filter(({ digits }) => digits === undefined);
  const figures = table.columns.filter(({ digits }) => digits !== undefined);
  const sum = Object.fromEntries(
    counts.map(({ name }) => [name, lines.reduce((all, { values }) => all + (values[name] ?? 0), 0)]),
  );
  const pooled = (names: string): number => names.split(' ').reduce((all, name) => all + (sum[name] ?? 0), 0);
  const gross = figures.map(({ name }): [string, number | null] => {
    const ratio = table.gross[name];
    if (ratio === undefined) return [name, null];
    const hits = pooled(ratio.hits);
    return [name, percent({ hits, total: hits + pooled(ratio.others) })];
  });
  const average = figures.map(({ name }): [string, number | null] => {
    const defined = lines.flatMap(({ values }) => values[name] ?? []);
    const mean = defined.reduce((all, value) => all + value, 0) / defined.length;
    return [name, defined.length === 0 ? null : mean];
  });
  return {
    lines,
    sum,
    gross: Object.fromEntries(gross),
    average: Object.fromEntries(average),
    totals: Object.fromEntries(Object.entries(table.totals).map(([name, names]) => [name, pooled(names)])),
  };
}
