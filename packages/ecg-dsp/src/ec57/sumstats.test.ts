import { describe, expect, it } from 'vitest';
import { EcgError } from '../errors.js';
import { beatLine, lineHeadings, shutdownLine } from './format-lines.js';
import { runHeading, runLine } from './format-runs.js';
import { goldenFs, goldenLength, goldenLine, goldenReference, goldenTest, marks } from './golden.fixture.js';
import { lineTables } from './line-tables.js';
import { compareBeats } from './match.js';
import { compareRuns } from './runs.js';
import { readLineReport, sumstats } from './sumstats.js';
import { addCells, beatStatistics, foldSupraventricular, percent } from './tables.js';

const withS = { supraventricular: true };
const withoutS = { supraventricular: false };
const options = { fs: goldenFs, length: goldenLength };
const golden = compareBeats(goldenReference, goldenTest, options);
const perfect = compareBeats(goldenReference, goldenReference, options);

function table(format: typeof withS): string {
  return lineHeadings(format).beats + beatLine(golden, 'ec', format) + beatLine(perfect, '100', format);
}

describe('sumstats', () => {
  it('appends the sum, the gross and the average figures and the totals', () => {
    // Gross: 40 of 42 beats found, 4 extra ones, 4 of 6 VEBs against 3 false, 6 of 8 SVEBs against 1 false (Ns).
    expect(sumstats(table(withS))).toBe(`${table(withS)}${'_'.repeat(132)}
Sum     15   1   2   7   2   1   6   0   1   0   1   0    4   2   2   1   1   0   0
Gross                                                                                95.24  90.91  66.67  57.14  75.00  85.71
Average                                                                              95.24  91.30  66.67  62.50  75.00  83.33  76.02
Total QRS complexes: 42  Total VEBs: 6  Total SVEBs: 8

Summary of results from 2 records
`);
  });

  it('gives the gross figures of the pooled cells, the false positive rate among them', () => {
    const { gross, average } = readLineReport(table(withoutS));
    const folded = beatStatistics(foldSupraventricular(addCells([golden.cells, perfect.cells])));
    expect(gross['V FPR']).toBe(percent(folded.vebFalsePositiveRate));
    expect(gross['Q +P']).toBe(percent(folded.qrsPredictivity));
    expect(average['V FPR']).toBeCloseTo(100 / 12, 10);
  });

  it('leaves out of the average the records that do not define a figure', () => {
    const noVeb = compareBeats(marks('110000 N'), marks('110000 N'), options);
    const { average } = readLineReport(table(withS) + beatLine(noVeb, '101', withS));
    expect(average['V Se']).toBeCloseTo(400 / 6, 10);
    expect(average['Q Se']).toBeCloseTo((100 * (19 / 21 + 2)) / 3, 10);
  });

  it('reads the shutdown and the run tables too', () => {
    const { supraventricular } = withS;
    const shutdown = lineHeadings({ supraventricular }).shutdown + shutdownLine(golden, 'ec', withS).repeat(2);
    expect(readLineReport(shutdown).sum).toMatchObject({ Nx: 0, Sx: 2, Vx: 0, Fx: 0, Qx: 0, Shutdown: 2, S: 8 });
    expect(readLineReport(shutdown).average['% S']).toBe(25);
    const runs = compareRuns(marks('108600 V, 108900 V'), marks('108600 V'), { ...options, kind: 'V' });
    const both = runHeading('V') + runLine(runs, '100') + runLine(runs, '101');
    expect(sumstats(both)).toBe(`${both}${'_'.repeat(77)}
Sum      0   2   0   0   0   0   0   0   0   0   0   0
Gross                                                     0   -   -   -   -   -
Average                                                   0   -   -   -   -   -
Total couplets: 2  Total short runs: 0  Total long runs: 0

Summary of results from 2 records
`);
    expect(sumstats(shutdown)).toBe(`${shutdown}${'_'.repeat(72)}
Sum     0    2    0    0    0                                         2 seconds

Summary of results from 2 records
`);
  });

  it('halves the gross shares of shutdown without S, and counts no record without beats', () => {
    const line = (name: string, counts: string): string => ` ${name}    ${counts}\n`;
    const table =
      lineHeadings(withoutS).shutdown +
      line('100', '5    2    1    3    12.64  10.00  10.00  10.00   17 seconds 50 0 20 10 7') +
      line('101', '0    0    0    0        -      -      -      -    7 seconds 0 0 0 0 0');
    expect(sumstats(table).slice(table.length)).toBe(`${'_'.repeat(68)}
Sum      5    2    1    3                                 24 seconds
Gross                       6.32   5.00   5.00   5.00
Average                    12.64  10.00  10.00  10.00

Summary of results from 1 record
`);
  });

  it('takes a table without records', () => {
    const { gross, average } = readLineReport(lineHeadings(withS).beats);
    expect([...Object.values(gross), ...Object.values(average)].every((value) => value === null)).toBe(true);
  });

  it('takes record names with blanks and folders', () => {
    const text = lineHeadings(withS).beats + goldenLine.replace('  ec', 'my data/record 23');
    expect(readLineReport(text).lines[0]?.record).toBe('my data/record 23');
  });
});

describe('a table that is none', () => {
  const where = (text: string): unknown => {
    try {
      sumstats(text, 'l1.txt');
    } catch (error) {
      return error instanceof EcgError ? [error.code, error.where, error.line] : error;
    }
    return 'accepted';
  };

  it('is refused with the place of the fault', () => {
    expect(where('')).toEqual(['EC57_TABLE', 'l1.txt', 1]);
    expect(where(goldenLine)).toEqual(['EC57_TABLE', 'l1.txt', 1]);
    expect(where(`${table(withS)}  102  1 2 3\n`)).toEqual(['EC57_TABLE', 'l1.txt', 4]);
    expect(where(table(withS).replace('90.48', 'NaN'))).toEqual(['EC57_TABLE', 'l1.txt', 2]);
    expect(where(table(withS).replace('90.48', '1e999'))).toEqual(['EC57_TABLE', 'l1.txt', 2]);
    expect(where(`${lineHeadings(withS).beats}${beatLine(golden, 'ec', withoutS)}`)).toEqual([
      'EC57_TABLE',
      'l1.txt',
      2,
    ]);
  });
});

describe('every line table', () => {
  it('makes its gross figures of columns it has', () => {
    for (const { columns, gross, totals } of lineTables) {
      const names = columns.map(({ name }) => name);
      for (const [figure, { hits, total }] of Object.entries(gross)) {
        expect(names).toContain(figure);
        expect(names).toEqual(expect.arrayContaining(`${hits} ${total}`.split(' ')));
      }
      for (const counts of Object.values(totals)) expect(names).toEqual(expect.arrayContaining(counts.split(' ')));
    }
  });
});
