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
 * What sumstats(1) prints: the table, its sum, its gross and its average rows, the totals and the number of records. For
 * the beat tables of `bxb -l` the bytes are those of sumstats, and for those of `bxb -L` all that has been published of
 * it; the tables of shutdown and of runs follow the layout of the others.
 * @throws EcgError EC57_TABLE
 */
export function sumstats(text: string, where = 'table'): string {
  const [table, lines] = parse(text, where);
  const { sum, gross, average, totals } = reportOf(table, lines);
  const { nameWidth, columns, shift = { sum: 0, figures: 0 } } = table;
  const figureColumns = columns.filter(({ digits }) => digits !== undefined);
  const before = columns.findIndex(({ digits }) => digits !== undefined);
  const margin = nameWidth + columns.slice(0, before).reduce((all, { width }) => all + width, 0) + shift.figures;
  const figures = (name: string, shown: (column: LineColumn) => string): string =>
    `${name.padEnd(margin)}${figureColumns.map((column) => ` ${shown(column).padStart(column.width - 1)}`).join('')}`.trimEnd();
  const counts = columns.map(({ name, width, digits, unit, hidden }, index) => {
    if (digits !== undefined || hidden) return ' '.repeat(width);
    const count = whole(sum[name] ?? 0);
    if (unit !== undefined) return `${' '.repeat(width - 4)}${count.padStart(4)} ${unit}`;
    // The first count stands right beside the name, the others keep a blank before them whatever their length.
    return index === 0 ? count.padStart(width) : ` ${count.padStart(width - 1)}`;
  });
  const part = table.halvesGross ? 0.5 : 1;
  const totalled = Object.entries(totals).map(([name, count]) => `Total ${name}: ${count}`);
  const { counted } = table;
  const records = lines.filter(({ values }) => counted === undefined || pooled(counted, values) > 0).length;
  return `${[
    text.replaceAll('\r\n', '\n').replace(/\n$/, ''),
    '_'.repeat(table.rule),
    `${'Sum'.padEnd(nameWidth + shift.sum)}${counts.join('')}`.trimEnd(),
    ...(table.sumOnly
      ? []
      : [
          figures('Gross', ({ name, digits }) => {
            const share = gross[name];
            return table.gross[name] ? shownFigure(share === null ? null : share! * part, digits) : '';
          }),
          figures('Average', ({ name, digits }) => shownFigure(average[name], digits)),
        ]),
    ...(totalled.length > 0 ? [totalled.join('  ')] : []),
    '',
    `Summary of results from ${records} record${records === 1 ? '' : 's'}`,
  ].join('\n')}\n`;
}

function shownFigure(value: number | null | undefined, digits = 0): string {
  return value === null || value === undefined ? '-' : fixed(value, digits);
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
  const units = columns.flatMap(({ unit }) => unit ?? []);
  const words = line
    .trim()
    .split(/\s+/)
    .filter((word) => !units.includes(word));
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
  // sumstats makes the averages of the counts too: of the printed figures, one in fifty published means would differ.
  const ofCounts = (name: string, counts: Readonly<Record<string, number | null>>): number | null => {
    const ratio = table.gross[name];
    return ratio ? percent({ hits: pooled(ratio.hits, counts), total: pooled(ratio.total, counts) }) : null;
  };
  const gross = figures.map(({ name }): [string, number | null] => [name, ofCounts(name, sum)]);
  const average = figures.map(({ name }): [string, number | null] => {
    const each = lines.map(({ values }) => (table.gross[name] ? ofCounts(name, values) : (values[name] ?? null)));
    const defined = each.filter((value) => value !== null);
    // As a share, in percent: so rounded, the mean of figures in hundredths has sumstats' last digit where it is a tie.
    const mean = 100 * (defined.reduce((all, value) => all + value, 0) / (100 * defined.length));
    return [name, defined.length === 0 ? null : mean];
  });
  return {
    lines,
    sum,
    gross: Object.fromEntries(gross),
    average: Object.fromEntries(average),
    totals: Object.fromEntries(Object.entries(table.totals).map(([name, names]) => [name, pooled(names, sum)])),
  };
}

function pooled(names: string, counts: Readonly<Record<string, number | null>>): number {
  return names.split(' ').reduce((all, name) => all + (counts[name] ?? 0), 0);
}
