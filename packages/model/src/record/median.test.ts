import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isForRelativeStage, isLeftToPlain, lessMedian, RECORD_MEDIAN, recordMedian } from './median.js';

/** Rows of two numbers a lead, and a 1 where the second lead is present. */
const rows = (...beats: readonly (readonly number[])[]) => Float32Array.from(beats.flat());
const WIDTH = 5;

describe("a record's median", () => {
  it('is of all beats in the first lead, and of those present in the second', () => {
    const beats = rows([1, 10, 5, -1, 1], [2, 30, 0, 0, 0], [9, 20, 8, -3, 1]);
    expect([...recordMedian(beats, WIDTH)]).toEqual([2, 20, 6.5, -2, 0]);
  });

  it('is 0 in a second lead that is never there', () => {
    expect([...recordMedian(rows([3, 4, 0, 0, 0], [5, 6, 0, 0, 0]), WIDTH)]).toEqual([4, 5, 0, 0, 0]);
    expect([...recordMedian(new Float32Array(), WIDTH)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('leaves zeros where the second lead is absent, and the input as it was', () => {
    const beats = rows([1, 10, 5, -1, 1], [2, 30, 0, 0, 0]);
    const before = beats.slice();
    const moved = lessMedian(beats, Float32Array.of(1, 20, 4, -2, 0));
    expect([...moved]).toEqual([0, -10, 1, 1, 1, 1, 10, 0, 0, 0]);
    expect(beats).toEqual(before);
  });

  it('is 0 once it is taken away, and is the same wherever a lead lies', () => {
    const vector = fc.tuple(fc.integer(), fc.integer(), fc.integer()).map((x) => x.map((v) => v % 1024));
    fc.assert(
      fc.property(
        fc.array(vector, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: -512, max: 512 }),
        (x, offset) => {
          const beats = (shift: number) =>
            rows(...x.map(([a, b, there]) => (there! % 2 === 0 ? [a! + shift, 0, 0] : [a! + shift, b! + shift, 1])));
          const moved = lessMedian(beats(0), recordMedian(beats(0), 3));
          expect(recordMedian(moved, 3).every((m) => m === 0)).toBe(true);
          expect(lessMedian(beats(offset), recordMedian(beats(offset), 3))).toEqual(moved);
        },
      ),
    );
  });
});

describe('the relative stage', () => {
  const record = (count: number, present = count) => ({
    ...{ count, second: { present: Uint8Array.from({ length: count }, (_, beat) => (beat < present ? 1 : 0)) } },
  });

  it('is for whole, long records with a second lead at half of their beats', () => {
    const asked = (inputs: Parameters<typeof isForRelativeStage>[1]) => isForRelativeStage(RECORD_MEDIAN, inputs);
    expect(asked(record(300))).toBe(true);
    expect(asked(record(299))).toBe(false);
    expect(asked(record(1000, 500))).toBe(true);
    expect(asked(record(1000, 499))).toBe(false);
    expect(asked({ ...record(1000), stretch: true })).toBe(false);
    expect(asked({ count: 1000 })).toBe(false);
    expect(isForRelativeStage(undefined, record(1000))).toBe(false);
  });

  it('leaves a record of which more than a quarter of the beats are called S', () => {
    const called = (supraventricular: number) =>
      Float32Array.from({ length: 400 * 4 }, (_, i) => (i % 4 === (i >> 2 < supraventricular ? 1 : 0) ? 1 : 0));
    expect(isLeftToPlain(RECORD_MEDIAN, called(100), 4)).toBe(false);
    expect(isLeftToPlain(RECORD_MEDIAN, called(101), 4)).toBe(true);
  });
});
