import type { BeatLabel } from '@ecgpu/ecg-dsp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logProbabilities } from '../logits/log-probabilities.js';
import { callAlike } from './alike-beats.js';

const classes: readonly BeatLabel[] = ['N', 'S', 'V', 'F'];
const logs = (...rows: readonly (readonly number[])[]) => Float64Array.from(rows.flat(), Math.log);
/** Every beat's neighbours are all others. */
const everybody = (count: number) => ({
  nearest: Int32Array.from({ length: count * (count - 1) }, (_, i) => {
    const [beat, place] = [Math.floor(i / (count - 1)), i % (count - 1)];
    return place < beat ? place : place + 1;
  }),
  neighbours: count - 1,
});

describe('callAlike', () => {
  it('lets a beat that one network is unsure of follow those that look like it', () => {
    const given = logs([0.02, 0.01, 0.96, 0.01], [0.02, 0.01, 0.96, 0.01], [0.6, 0.02, 0.37, 0.01]);
    const p = callAlike(given, classes, everybody(3), 0.6).map(Math.exp);
    expect(p[2 * 4 + 2]!).toBeGreaterThan(0.7);
    expect(p[2]!).toBeGreaterThan(0.8);
  });

  it('keeps the odds of S to N of each beat, since only the rhythm tells them apart', () => {
    const given = logs([0.2, 0.7, 0.05, 0.05], [0.9, 0.05, 0.04, 0.01], [0.9, 0.06, 0.03, 0.01]);
    const found = callAlike(given, classes, everybody(3), 0.6);
    for (let beat = 0; beat < 3; beat++)
      expect(found[beat * 4 + 1]! - found[beat * 4]!).toBeCloseTo(given[beat * 4 + 1]! - given[beat * 4]!, 9);
  });

  it('changes nothing with a share of 0, without neighbours, and where all say the same', () => {
    const given = logs([0.2, 0.1, 0.4, 0.3], [0.5, 0.1, 0.3, 0.1]);
    for (const found of [
      callAlike(given, classes, everybody(2), 0),
      callAlike(given.slice(0, 4), classes, everybody(1), 0.6),
    ])
      for (const [i, log] of found.entries()) expect(log).toBeCloseTo(given[i]!, 4);
    const same = logs([0.2, 0.1, 0.4, 0.3], [0.2, 0.1, 0.4, 0.3]);
    for (const [i, log] of callAlike(same, classes, everybody(2), 0.6).entries()) expect(log).toBeCloseTo(same[i]!, 4);
  });

  it('comes as near as a hundredth to what it solves', () => {
    const given = logs([0.1, 0.1, 0.7, 0.1], [0.7, 0.1, 0.1, 0.1]);
    // Of two beats with one neighbour each: f = (1 - share)(I - share · swap)⁻¹ y, here of the log-odds of V to N and S.
    const odds = (values: Float64Array, beat: number) =>
      values[beat * 4 + 2]! - Math.log(Math.exp(values[beat * 4]!) + Math.exp(values[beat * 4 + 1]!));
    const [a, b, share] = [odds(given, 0), odds(given, 1), 0.6];
    const wanted = ((1 - share) * (a + share * b)) / (1 - share * share);
    expect(odds(callAlike(given, classes, everybody(2), share), 0)).toBeCloseTo(wanted, 1.5);
  });

  it('gives finite log-probabilities whatever the networks say', () => {
    const row = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (rows, share) => {
          const given = logProbabilities(rows.flat(), 4);
          const found = callAlike(given, classes, everybody(rows.length), share);
          for (let at = 0; at < found.length; at += 4) {
            const own = [...found.subarray(at, at + 4)];
            expect(own.some(Number.isNaN)).toBe(false);
            expect(own.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 4);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
