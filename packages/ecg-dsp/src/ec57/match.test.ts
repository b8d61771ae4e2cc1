import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EcgError } from '../errors.js';
import type { Annotation } from '../record.js';
import { cells } from './cells.fixture.js';
import { goldenFs, goldenLength, goldenReference, goldenTest, mark, marks } from './golden.fixture.js';
import { type BeatComparison, cellOf, compareBeats, rmsRrError } from './match.js';
import { isNonstandard } from './options.js';
import { beatStatistics, emptyCells, percent } from './tables.js';

const from0 = { fs: 360, start: 0, length: 100_000 };

describe('golden case', () => {
  it('puts escape beats in N with the mapping of de Chazal', () => {
    const table = compareBeats(goldenReference, goldenTest, {
      fs: goldenFs,
      length: goldenLength,
      mapping: 'dechazal',
    }).cells;
    // e called N and j called S leave the S row: 1 2 → 0 1; the N row gains them: 6 1 → 7 2.
    expect(table.S).toEqual({ n: 0, s: 1, v: 0, f: 0, q: 0, o: 0, x: 1 });
    expect(table.N).toEqual({ n: 7, s: 2, v: 1, f: 0, q: 0, o: 1, x: 0 });
  });

  it('can be cut at a time', () => {
    const cut = compareBeats(goldenReference, goldenTest, { fs: goldenFs, start: 108_000, end: 109_000 });
    expect(cut.cells).toEqual(cells({ Nn: 2, Ss: 1 }));
    expect(cut.rr).toEqual({ count: 3, sumOfSquares: 2 * 54 ** 2 });
  });
});

describe('match window', () => {
  it('is inclusive: 54 samples of 360 Hz are 150 ms', () => {
    expect(compareBeats(marks('1000 N'), marks('1054 N'), from0).cells).toEqual(cells({ Nn: 1 }));
    expect(compareBeats(marks('1000 N'), marks('1055 N'), from0).cells).toEqual(cells({ No: 1, On: 1 }));
    expect(compareBeats(marks('1054 N'), marks('1000 N'), from0).cells).toEqual(cells({ Nn: 1 }));
  });

  it('is rounded to the nearest sample, half a one up, and loses none to floating point', () => {
    for (const [fs, samples] of [
      [250, 38],
      [50, 8],
      [30, 5],
      [23.3, 3],
      [23.4, 4],
      [257.5, 39],
      [3, 0],
    ] as const) {
      expect(compareBeats([], [], { fs }).window).toBe(samples);
    }
    for (const fs of [10, 20, 40, 70, 100, 140, 200, 360, 500, 1000, 2000]) {
      expect(compareBeats([], [], { fs }).window).toBe(Math.floor((15 * fs + 50) / 100));
    }
    expect(compareBeats([], [], { fs: 360, window: 0.1 }).window).toBe(36);
  });
});

describe('the closer partner', () => {
  it('takes the beat unless the next one is closer', () => {
    expect(compareBeats(marks('1000 N'), marks('970 V, 1010 N'), from0).cells).toEqual(cells({ Nn: 1, Ov: 1 }));
    expect(compareBeats(marks('1000 N'), marks('990 V, 1030 N'), from0).cells).toEqual(cells({ Nv: 1, On: 1 }));
  });

  it('gives the next beat to the next reference beat if that is closer still', () => {
    // 1000 is nearer to 1010 than 970 is, but 1012 is nearer still, so both pairs stand.
    expect(compareBeats(marks('1000 N, 1012 V'), marks('970 N, 1010 V'), from0).cells).toEqual(cells({ Nn: 1, Vv: 1 }));
  });
});

describe('the edges of the comparison', () => {
  it('lets the last test beat before the start match the first reference beat', () => {
    const options = { fs: 360, start: 1000, length: 10_000 };
    expect(compareBeats(marks('1005 N'), marks('990 V'), options).cells).toEqual(cells({ Nv: 1 }));
    expect(compareBeats(marks('1005 N'), marks('990 V, 1010 N'), options).cells).toEqual(cells({ Nn: 1 }));
  });

  it('drops a leading test beat that may belong to a reference beat left behind', () => {
    const options = { fs: 360, start: 1000, length: 10_000 };
    expect(compareBeats(marks('990 N, 1300 N'), marks('1010 N, 1300 N'), options).cells).toEqual(cells({ Nn: 1 }));
    expect(compareBeats(marks('990 N, 1300 N'), marks('1060 N, 1300 N'), options).cells).toEqual(
      cells({ Nn: 1, On: 1 }),
    );
  });

  it('starts after five minutes by default, and says so when it does not', () => {
    expect(compareBeats([], [], { fs: 360 }).start).toBe(108_000);
    expect(isNonstandard({ fs: 360, length: 1 })).toBe(false);
    expect(isNonstandard({ fs: 360, start: 0 })).toBe(true);
  });

  it('ends with the record, with the reference where the length is unknown, or with the shorter file', () => {
    const reference = marks('1000 N, 2000 N');
    const test = marks('1000 N, 2000 N, 3000 N');
    expect(compareBeats(reference, test, from0).cells).toEqual(cells({ Nn: 2, On: 1 }));
    expect(compareBeats(reference, test, { fs: 360, start: 0 }).cells).toEqual(cells({ Nn: 2 }));
    expect(compareBeats(test, reference, { fs: 360, start: 0 }).cells).toEqual(cells({ Nn: 2, No: 1 }));
    expect(compareBeats(test, reference, { fs: 360, start: 0, end: 'shorter' }).cells).toEqual(cells({ Nn: 2 }));
  });

  it('has an answer for empty files', () => {
    expect(compareBeats(marks('1000 N, 2000 V'), [], from0).cells).toEqual(cells({ No: 1, Vo: 1 }));
    expect(compareBeats([], marks('1000 N, 2000 V'), from0).cells).toEqual(cells({ On: 1, Ov: 1 }));
    const nothing = compareBeats([], [], { fs: 360 });
    expect(nothing.cells).toEqual(cells({}));
    expect(rmsRrError(nothing)).toBeNull();
    expect(JSON.parse(JSON.stringify(nothing))).toEqual(nothing);
  });
});

describe("other people's mistakes", () => {
  it('holds no F beat called V against the VEB predictivity, but a V beat called F against the sensitivity', () => {
    const figures = beatStatistics(cells({ Vv: 8, Vf: 2, Fv: 30, Qv: 5, Nv: 2, Fs: 3, Qs: 7, Ss: 3 }));
    expect(figures.vebPredictivity).toEqual({ hits: 8, total: 10 });
    expect(figures.vebSensitivity).toEqual({ hits: 8, total: 10 });
    expect(figures.svebPredictivity).toEqual({ hits: 3, total: 6 });
    expect(percent(figures.svebSensitivity)).toBe(100);
  });

  it('takes a time difference of the whole window as a match', () => {
    expect(compareBeats(marks('1000 N'), marks('1054 N'), from0).cells.N.n).toBe(1);
  });

  it('does not lose step after a missed beat', () => {
    const reference = marks('1000 N, 1300 N, 1600 N, 1900 N, 2200 N');
    const test = marks('1300 N, 1600 N, 1900 N, 2200 N');
    expect(compareBeats(reference, test, from0).cells).toEqual(cells({ Nn: 4, No: 1 }));
  });
});

describe('bad input', () => {
  it.each([
    [{ fs: 0 }, 'EC57_OPTION'],
    [{ fs: Number.NaN }, 'EC57_OPTION'],
    [{ fs: 360, window: -1 }, 'EC57_OPTION'],
    [{ fs: 360, start: Number.NaN }, 'EC57_OPTION'],
    [{ fs: 360, length: Number.POSITIVE_INFINITY }, 'EC57_OPTION'],
    [{ fs: 360, mapping: 'aami' as 'ec57' }, 'EC57_OPTION'],
  ])('refuses %o', (options, code) => {
    expect(codeOf(() => compareBeats([], [], options))).toBe(code);
  });

  it('refuses times that are no numbers', () => {
    expect(codeOf(() => compareBeats([mark(Number.NaN, 'N')], [], { fs: 360 }))).toBe('EC57_TIME');
    expect(codeOf(() => compareBeats([], [mark(Number.POSITIVE_INFINITY, 'N')], { fs: 360 }))).toBe('EC57_TIME');
  });

  it('is not slowed down by a file of nothing but shutdown marks', () => {
    const hostile = Array.from({ length: 200_000 }, (_, k) => mark(k, k % 2 ? 'N' : '~', 48));
    expect(compareBeats(hostile, hostile, { fs: 360, start: 0 }).cells.N.n).toBe(100_000);
  });
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof EcgError ? error.code : 'not an EcgError';
  }
  return undefined;
}

describe('for any two files', () => {
  const beats = (symbols: readonly string[]): fc.Arbitrary<Annotation[]> =>
    fc
      .uniqueArray(fc.integer({ min: 0, max: 4000 }), { maxLength: 40 })
      .chain((times) =>
        fc
          .array(fc.constantFrom(...symbols), { minLength: times.length, maxLength: times.length })
          .map((labels) => times.map((time, k) => mark(time, labels[k]!)).sort((a, b) => a.sample - b.sample)),
      );
  const plain = beats(['N', 'A', 'V', 'F', 'Q']);
  const anything = beats(['N', 'A', 'V', 'F', 'Q', '!', '[', ']', '~', '+', 'j']);
  // Away from the edge of the comparison, where a leading test beat has a rule of its own.
  const options = { fs: 360, start: -1000, length: 5000 };
  const pairsOf = ({ events }: BeatComparison): string[] =>
    events.flatMap((event) => (event.kind === 'match' ? [`${event.reference.sample} ${event.test.sample}`] : []));

  it('every reference beat is matched or missed, every test beat matched, extra or uncounted', () => {
    fc.assert(
      fc.property(plain, plain, (reference, test) => {
        const { events } = compareBeats(reference, test, options);
        const count = (...kinds: string[]): number => events.filter(({ kind }) => kinds.includes(kind)).length;
        expect(count('match', 'missed')).toBe(reference.length);
        expect(count('match', 'extra', 'uncounted')).toBe(test.length);
      }),
    );
  });

  it('pairs are never further apart than the window, never crossed, and use a beat once', () => {
    fc.assert(
      fc.property(anything, anything, (reference, test) => {
        const { events, window } = compareBeats(reference, test, options);
        let before = { reference: -1, test: -1 };
        for (const event of events) {
          if (event.kind !== 'match') continue;
          const pair = { reference: event.reference.sample, test: event.test.sample };
          expect(Math.abs(pair.reference - pair.test)).toBeLessThanOrEqual(window);
          expect(pair.reference).toBeGreaterThan(before.reference);
          expect(pair.test).toBeGreaterThan(before.test);
          before = pair;
        }
      }),
    );
  });

  it('the order that annotations are given in does not matter', () => {
    fc.assert(
      fc.property(
        anything.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        anything,
        ([reference, shuffled], test) => {
          expect(compareBeats(shuffled, test, options)).toEqual(compareBeats(reference, test, options));
          expect(compareBeats(test, shuffled, options)).toEqual(compareBeats(test, reference, options));
        },
      ),
    );
  });

  it('swapping the roles keeps the pairs', () => {
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        const there = pairsOf(compareBeats(one, other, options));
        const back = pairsOf(compareBeats(other, one, options)).map((pair) => pair.split(' ').reverse().join(' '));
        expect(back).toEqual(there);
      }),
    );
  });

  it('a file compared with itself is without error', () => {
    fc.assert(
      fc.property(plain, (list) => {
        const result = compareBeats(list, list, options);
        expect(result.events.every((event) => event.kind === 'match')).toBe(true);
        for (const row of ['N', 'S', 'V', 'F', 'Q'] as const) {
          const right = row.toLowerCase() as 'n';
          expect(Object.entries(result.cells[row]).every(([column, n]) => column === right || n === 0)).toBe(true);
        }
        expect(result.rr.sumOfSquares).toBe(0);
      }),
    );
  });

  it('the cells are the events', () => {
    fc.assert(
      fc.property(anything, anything, (reference, test) => {
        const result = compareBeats(reference, test, options);
        const again = emptyCells();
        for (const event of result.events) {
          const cell = cellOf(event);
          if (cell) again[cell[0]][cell[1]]++;
        }
        expect(again).toEqual(result.cells);
      }),
    );
  });
});
