import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Annotation } from '../record.js';
import { runDiscrepancies, runHeading, runLine, runReport } from './format-runs.js';
import { mark, marks } from './golden.fixture.js';
import { LongestRuns } from './run-reader.js';
import { compareRuns, type RunKind, type RunTable, runStatistics } from './runs.js';

const options = { fs: 360, start: 0, length: 1_000_000 };
const ventricular = { ...options, kind: 'V' as RunKind };
const supraventricular = { ...options, kind: 'S' as RunKind };
const names = { record: '100s', reference: 'atr', test: 'ann' };

/** One beat every 300 samples: `NVVN`. */
function rhythm(symbols: string): Annotation[] {
  return [...symbols].map((symbol, k) => mark(1000 + 300 * k, symbol));
}

function filled(table: RunTable): Record<string, number> {
  const entries = table.flatMap((row, r) => row.map((count, t): [string, number] => [`${r}/${t}`, count]));
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

describe('runs', () => {
  it('are looked for from both sides', () => {
    const result = compareRuns(rhythm('NVVNVVVNVN'), rhythm('NVVNVNVNNV'), ventricular);
    expect(filled(result.sensitivity)).toEqual({ '2/2': 1, '3/1': 1, '1/0': 1 });
    // Around a test run of one beat only one reference beat fits.
    expect(filled(result.predictivity)).toEqual({ '2/2': 1, '1/1': 2, '0/1': 1 });
    expect(runStatistics(result)).toEqual({
      coupletSensitivity: { hits: 1, total: 1 },
      coupletPredictivity: { hits: 1, total: 1 },
      shortSensitivity: { hits: 0, total: 1 },
      shortPredictivity: { hits: 0, total: 0 },
      longSensitivity: { hits: 0, total: 0 },
      longPredictivity: { hits: 0, total: 0 },
    });
  });

  it('are found in a window of 150 ms around them', () => {
    const reference = marks('1000 V, 1300 V');
    expect(filled(compareRuns(reference, marks('946 V, 1354 V'), ventricular).sensitivity)).toEqual({ '2/2': 1 });
    expect(filled(compareRuns(reference, marks('945 V, 1354 V'), ventricular).sensitivity)).toEqual({ '2/1': 1 });
  });

  it('of six and more are long, of three to five short', () => {
    const both = rhythm(`NVVVN${'V'.repeat(5)}N${'V'.repeat(6)}N${'V'.repeat(40)}N`);
    const { shortSensitivity, longSensitivity, longPredictivity } = runStatistics(compareRuns(both, both, ventricular));
    expect(shortSensitivity).toEqual({ hits: 2, total: 2 });
    expect(longSensitivity).toEqual({ hits: 2, total: 2 });
    expect(longPredictivity).toEqual({ hits: 2, total: 2 });
  });

  it('fibrillation is a long ventricular run and none of the supraventricular kind', () => {
    const reference = marks('500 N, 1000 [, 1200 !, 4000 ], 5000 N');
    const missed = compareRuns(reference, marks('500 N, 5000 N'), ventricular);
    expect(filled(missed.sensitivity)).toEqual({ '6/0': 1 });
    expect(filled(compareRuns(reference, rhythm('VVVVVVVN'), ventricular).sensitivity)).toEqual({ '6/6': 1 });
    expect(filled(compareRuns(reference, reference, ventricular).predictivity)).toEqual({ '6/6': 1 });
    expect(filled(compareRuns(reference, reference, supraventricular).sensitivity)).toEqual({});
  });

  it('atrial fibrillation is a long supraventricular run, whatever the beats in it', () => {
    const rhythmOf = (sample: number, aux: string): Annotation => ({ ...mark(sample, '+'), aux });
    const reference = [...rhythm('NAANAANVN'), rhythmOf(1000 + 3.5 * 300, '(AFIB'), rhythmOf(1000 + 7.5 * 300, '(N')];
    expect(filled(compareRuns(reference, reference, supraventricular).sensitivity)).toEqual({ '2/2': 1, '6/6': 1 });
    expect(filled(compareRuns(reference, rhythm('NAANAANVN'), supraventricular).sensitivity)).toEqual({
      '2/2': 1,
      '6/2': 1,
    });
    expect(filled(compareRuns(reference, reference, ventricular).sensitivity)).toEqual({ '1/1': 1 });
  });

  it('that fibrillation ends go on after it, and those that it begins in keep their length', () => {
    const both = marks('1000 N, 1300 V, 1600 [, 4000 ], 4100 V, 4400 N, 4700 V');
    const { events } = compareRuns(both, both, ventricular);
    expect(events.filter((event) => event.of === 'test')).toEqual([
      { of: 'test', reference: 6, test: 2, from: 1300 - 54, to: 4154 },
      { of: 'test', reference: 1, test: 1, from: 4700 - 54, to: 4754 },
    ]);
  });

  it('of fibrillation going on at the start begin there, and a beat breaks them off', () => {
    const both = marks('500 [, 4000 ], 5000 N, 8000 [, 8100 N, 8200 ]');
    const { events } = compareRuns(both, both, { ...ventricular, start: 2000, length: 9000 });
    expect(events.filter((event) => event.of === 'test')).toEqual([
      { of: 'test', reference: 6, test: 6, from: 2000 - 54, to: 4054 },
      { of: 'test', reference: 0, test: 6, from: 8000 - 54, to: 4054 },
    ]);
  });

  it('go on across fibrillation of the other kind, but are not looked for across it', () => {
    const both = marks('1000 A, 1300 [, 1500 ], 2000 A');
    expect(filled(compareRuns(both, both, supraventricular).sensitivity)).toEqual({ '2/1': 1 });
  });

  it('end with shutdown, which ends fibrillation only where runs are looked for', () => {
    const shutdown = { ...mark(1500, '~'), subtype: 48 };
    const afib = { ...mark(1000, '+'), aux: '(AFIB' };
    const both = [afib, mark(1200, 'N'), shutdown, mark(2000, 'N'), mark(2300, 'N'), mark(2600, 'V')];
    expect(filled(compareRuns(both, both, supraventricular).sensitivity)).toEqual({ '6/6': 1, '2/2': 1 });
    const reference = marks('5000 A, 5300 N');
    expect(filled(compareRuns(reference, [...both, mark(6000, 'N')], supraventricular).sensitivity)).toEqual({
      '1/0': 1,
    });
  });

  it('take escape beats for supraventricular in one mapping only', () => {
    const both = rhythm('NAjjN');
    expect(filled(compareRuns(both, both, supraventricular).sensitivity)).toEqual({ '3/3': 1 });
    const dechazal = { ...supraventricular, mapping: 'dechazal' as const };
    expect(filled(compareRuns(both, both, dechazal).sensitivity)).toEqual({ '1/1': 1 });
  });

  it('of any two files are each tallied once, and agree where the files do', () => {
    const list = fc.string({ unit: fc.constantFrom('N', 'V', 'A'), maxLength: 40 }).map(rhythm);
    const sum = (table: RunTable): number => table.flat().reduce((a, b) => a + b, 0);
    fc.assert(
      fc.property(list, list, (reference, test) => {
        const there = compareRuns(reference, test, ventricular);
        const back = compareRuns(test, reference, ventricular);
        expect(sum(there.sensitivity)).toBe(sum(back.predictivity));
        for (const [r, row] of there.sensitivity.entries()) {
          for (const [t, count] of row.entries()) expect(back.predictivity[t]![r]).toBe(count);
        }
        const same = compareRuns(test, test, ventricular);
        expect(same.events.every((event) => event.reference === event.test)).toBe(true);
      }),
    );
  });

  it('find a beat that two of them could have only once, the first of them', () => {
    const reference = [mark(2090, 'V'), mark(2091, 'A'), mark(2104, 'V')];
    const { sensitivity } = compareRuns(reference, [mark(2100, 'V')], ventricular);
    expect(sensitivity[1]!.slice(0, 2)).toEqual([1, 1]);
  });
});

describe('LongestRuns', () => {
  it('finds in any stretch what looking at every beat finds', () => {
    const list = fc.string({ unit: fc.constantFrom('N', 'V', '!', 'A'), maxLength: 40 }).map(rhythm);
    const stretch = fc.tuple(fc.integer({ min: 0, max: 14_000 }), fc.integer({ min: 0, max: 14_000 }));
    fc.assert(
      fc.property(list, stretch, (annotations, [from, to]) => {
        const inside = annotations.filter(({ sample, symbol }) => symbol !== '!' && sample >= from && sample <= to);
        const runs =
          inside
            .map(({ symbol }) => symbol)
            .join('')
            .match(/V+/g) ?? [];
        const longest = Math.min(6, Math.max(0, ...runs.map(({ length }) => length)));
        expect(new LongestRuns(annotations, 'V', 'ec57').between(from, to)).toBe(longest);
      }),
    );
  });

  it('is not slowed down by a file that crowds all its beats into one sample', () => {
    const crowd = Array.from({ length: 200_000 }, (_, k) => mark(5000, k % 2 ? 'V' : 'N'));
    const { sensitivity } = compareRuns(crowd, crowd, ventricular);
    expect(sensitivity[1]!.slice(0, 2)).toEqual([99_999, 1]);
  });
});

describe('reports', () => {
  const none = compareRuns(rhythm('NN'), rhythm('NN'), ventricular);

  it('are those that rxr publishes for record 100s', () => {
    const empty = [0, 1, 2, 3, 4, 5, 6]
      .map((k) => `${(k === 6 ? '>5' : `${k}`).padStart(4)} |${k === 0 ? '     ' : '    0'}${'    0'.repeat(6)}\n`)
      .join('');
    const head = `               Algorithm Run Length
          0    1    2    3    4    5   >5
     ____________________________________
`;
    expect(runReport(none, names)).toBe(`VE run-by-run comparison results for record 100s
Reference annotator: atr
     Test annotator: ann

${head}${empty}
      (Run Sensitivity Summary Matrix)


${head}${empty}
 (Run Positive Predictivity Summary Matrix)

            Couplet sensitivity:   -  (0/0)
  Couplet positive predictivity:   -  (0/0)
          Short run sensitivity:   -  (0/0)
Short run positive predictivity:   -  (0/0)
           Long run sensitivity:   -  (0/0)
 Long run positive predictivity:   -  (0/0)

`);
  });

  it('have lines whose columns stand under their headings', () => {
    expect(runHeading('S')).toBe(
      '(SVE run detection)\nRecord CTs CFN CTp CFP STs SFN STp SFP LTs LFN LTp LFP  CSe C+P SSe S+P LSe L+P\n',
    );
    const result = compareRuns(rhythm('NVVNVVVN'), rhythm('NVVNVNVN'), ventricular);
    expect(runLine(result, '201')).toBe(
      ' 201   1   0   1   0   0   1   0   0   0   0   0   0  100 100   0   -   -   -\n',
    );
  });

  it('round halves up', () => {
    const reference = rhythm('NVVN'.repeat(8));
    const test = rhythm(`${'NVVN'.repeat(5)}${'NNNN'.repeat(3)}`);
    const comparison = compareRuns(reference, test, ventricular);
    expect(runLine(comparison, '100')).toMatch(/ 63 100 {3}- /);
    expect(runReport(comparison, names)).toContain('Couplet sensitivity:  63% (5/8)');
  });

  it('list the runs at odds', () => {
    const result = compareRuns(rhythm('NVVVN'), rhythm('NVNVN'), ventricular);
    expect(runDiscrepancies(result)).toBe(`
VE Run-by-run comparison for sensitivity
3/1(1246-1954)

VE Run-by-run comparison for positive predictivity
`);
  });
});
