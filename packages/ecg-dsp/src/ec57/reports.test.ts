import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { condensedReport, discrepancyLine, standardReport } from './format.js';
import { beatLine, lineHeadings, shutdownLine } from './format-lines.js';
import { condensedRunReport, runLine, runReport } from './format-runs.js';
import { mark } from './golden.fixture.js';
import { compareBeats } from './match.js';
import { compareRuns } from './runs.js';
import { summarizeComparisons } from './summary.js';
import { readLineReport, sumstats } from './sumstats.js';
import { addCells, type Column, columns, foldSupraventricular, type Row, rows } from './tables.js';

/** Any annotations: beats of all classes at any times, many at the same one, episodes and shutdown, open and closed. */
const annotations = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12_000 }), fc.constantFrom(...'NNNNLRVVEFAaJjeSQ/f?!')), { maxLength: 60 })
  .chain((beats) =>
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 12_000 }), fc.constantFrom('[', ']', '~', '~48', '+')), {
        maxLength: 4,
      })
      .map((others) =>
        [...beats, ...others].map(([time, symbol]) => mark(time, symbol[0]!, Number(symbol.slice(1) || 0))),
      ),
  );
const options = fc.record(
  {
    start: fc.integer({ min: 0, max: 13_000 }),
    end: fc.oneof(fc.integer({ min: 0, max: 13_000 }), fc.constant('shorter' as const)),
    window: fc.constantFrom(0, 0.05, 0.15, 2),
    mapping: fc.constantFrom('ec57' as const, 'dechazal' as const),
  },
  { requiredKeys: ['start'] },
);
const pair = fc
  .tuple(annotations, annotations, options)
  .map(([reference, test, given]) => compareBeats(reference, test, { fs: 360, length: 12_500, ...given }));
const names = { record: '100', reference: 'atr', test: 'qrs' };
const bothKinds = [{ supraventricular: true }, { supraventricular: false }];

/** Counts of the matrix that a standard report shows. */
function matrixOf(report: string): Map<string, number> {
  const lines = report.split('\n');
  const called = lines
    .find((line) => /^ +n +/.test(line))!
    .trim()
    .split(/ +/);
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, row, cells] = /^ ([NSVFQOX]) \|(.*)$/.exec(line) ?? [];
    for (const [index, count] of cells?.trim().split(/ +/).entries() ?? [])
      counts.set(`${row}${called[index]}`, Number(count));
  }
  return counts;
}

describe('reports of any two files', () => {
  it('show the cells, and nothing that is no number', () => {
    fc.assert(
      fc.property(pair, (comparison) => {
        for (const layout of bothKinds) {
          const cells = layout.supraventricular ? comparison.cells : foldSupraventricular(comparison.cells);
          const report = standardReport(comparison, names, layout);
          for (const [name, count] of matrixOf(report)) {
            expect(cells[name[0] as Row][name[1] as Column], name).toBe(count);
          }
          const texts = [
            report,
            condensedReport(comparison, names, layout),
            beatLine(comparison, '100', layout),
            shutdownLine(comparison, '100', layout),
            ...comparison.events.map((event) => discrepancyLine(event, layout) ?? ''),
          ];
          for (const text of texts) expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('have lines from which sumstats gets the sums and the gross figures of the cells', () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 4 }), (comparisons) => {
        for (const layout of bothKinds) {
          const lines = comparisons.map((comparison, k) => beatLine(comparison, `r${k}`, layout)).join('');
          const text = lineHeadings(layout).beats + lines;
          const { sum, gross } = readLineReport(text);
          const pooled = addCells(comparisons.map(({ cells }) => cells));
          // A flutter wave that was missed is in no report: it is no beat.
          const shown = (row: Row) => columns.filter((column) => !('OX'.includes(row) && 'ox'.includes(column)));
          const all = rows.flatMap((row) => shown(row).map((column) => pooled[row][column])).reduce((a, b) => a + b, 0);
          expect(Object.values(sum).reduce((a, b) => a + b, 0)).toBe(all);
          const same = comparisons.map((comparison) => ({ ...comparison, mapping: 'ec57' as const }));
          const { figures } = summarizeComparisons(same);
          expect(gross['Q Se']).toBe(figures.qrsSensitivity.gross);
          expect(gross['Q +P']).toBe(figures.qrsPredictivity.gross);
          expect(gross['V Se']).toBe(figures.vebSensitivity.gross);
          expect(sumstats(text)).not.toMatch(/NaN|Infinity|undefined|null/);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('keep counts of five digits apart', () => {
    const many = Array.from({ length: 12_345 }, (_, k) => mark(300 * k, 'V'));
    const all = { fs: 360, start: 0, length: 4_000_000 };
    const report = standardReport(compareBeats(many, many, all), names, { supraventricular: true });
    expect(report).toContain('\n V |    0    0 12345    0    0    0    0\n');
    expect(report).toContain('VEB sensitivity: 100.00% (12345/12345)\n');
    const missed = compareBeats(many, [], all);
    expect(shutdownLine(missed, '100', { supraventricular: false })).toBe(
      ' 100    0    0    0    0     0.00      -   0.00      -    0 seconds 0 0 12345 0 0\n',
    );
  });

  it('do not change when everything is moved in time', () => {
    fc.assert(
      fc.property(annotations, annotations, fc.integer({ min: 1, max: 2 ** 33 }), (reference, test, offset) => {
        // Behind a first beat that is not at sample 0: to bxb that sample is no time, and the place of a beat before all others.
        const at = (by: number) => {
          const moved = (list: typeof reference) =>
            [mark(0, 'N'), ...list].map((each) => ({ ...each, sample: each.sample + by }));
          return compareBeats(moved(reference), moved(test), { fs: 360, start: 3000 + by, length: 12_500 + by });
        };
        const [here, there] = [at(1000), at(1000 + offset)];
        expect(there.cells).toEqual(here.cells);
        expect(there.rr).toEqual(here.rr);
      }),
      { numRuns: 60 },
    );
  });
});

describe('run reports of any two files', () => {
  it('hold nothing that is no number', () => {
    fc.assert(
      fc.property(annotations, annotations, fc.constantFrom('V' as const, 'S' as const), (reference, test, kind) => {
        const runs = compareRuns(reference, test, { fs: 360, start: 0, length: 12_500, kind });
        for (const text of [runReport(runs, names), condensedRunReport(runs, names), runLine(runs, '100')]) {
          expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
        }
      }),
      { numRuns: 60 },
    );
  });
});
