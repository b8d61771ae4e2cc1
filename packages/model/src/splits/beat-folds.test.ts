import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countClasses } from '../data/annotated-beats.js';
import { joinBeatSets } from '../data/beat-set.js';
import { syntheticSet } from '../data/synthetic-set.fixture.js';
import { stratifiedBeatFolds, timeSplit } from './beat-folds.js';

const refused = expect.objectContaining({ code: 'BEAT_FOLDS', fix: expect.any(String) });
const set = syntheticSet([
  { N: 61, S: 10, V: 7, Q: 3 },
  { N: 20, V: 8, F: 1 },
]);

describe('stratifiedBeatFolds', () => {
  it('tests every beat once and gives every fold its share of each class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 0, max: 1000 }), (folds, seed) => {
        const splits = stratifiedBeatFolds(set, folds, seed);
        const tested = splits.flatMap(({ test }) => [...test]);
        expect(tested.sort((a, b) => a - b)).toEqual([...set.labels.keys()]);
        for (const { train, test } of splits) {
          expect([...train, ...test].sort((a, b) => a - b)).toEqual([...set.labels.keys()]);
          expect([...test]).toEqual([...test].sort((a, b) => a - b));
          const { N, S, V, F, Q } = countClasses(test.map((beat) => set.labels[beat]!) as unknown as number[]);
          for (const [count, all] of [
            [N, 81],
            [S, 10],
            [V, 15],
            [F, 1],
            [Q, 3],
          ] as const) {
            expect(count).toBeGreaterThanOrEqual(Math.floor(all / folds));
            expect(count).toBeLessThanOrEqual(Math.ceil(all / folds));
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('draws the same folds for the same seed, others for another', () => {
    expect(stratifiedBeatFolds(set, 3, 1)).toEqual(stratifiedBeatFolds(set, 3, 1));
    expect(stratifiedBeatFolds(set, 3, 1)).not.toEqual(stratifiedBeatFolds(set, 3, 2));
  });

  it.each([0, 1, 2.5, 200])('refuses %d folds', (folds) => {
    expect(() => stratifiedBeatFolds(set, folds, 0)).toThrow(refused);
  });
});

describe('timeSplit', () => {
  const prepared = {
    ...set,
    records: set.records.map((record, r) => ({ ...record, learnedUntil: r === 0 ? 300 * 50 : 300 * 11 })),
  };

  it('trains on what lies before the border of each record, and tests on the rest', () => {
    const { train, test } = timeSplit(prepared);
    // Beats are 300 samples apart, the first at 300.
    expect(train.length).toBe(49 + 10);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual([...set.labels.keys()]);
    expect(train.every((beat) => set.peaks[beat]! < (set.recordOf[beat] === 0 ? 15_000 : 3300))).toBe(true);
  });

  it('refuses records whose preparation has seen their end', () => {
    expect(() => timeSplit(set)).toThrow(refused);
    expect(() => timeSplit(joinBeatSets(prepared, set))).toThrow(refused);
  });
});
