import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeUnshown } from './judge-unshown.js';

const logs = (...probabilities: number[]) => probabilities.map(Math.log);
const exp = (values: Float64Array) => [...values].map(Math.exp);
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 9));

describe('judgeUnshown', () => {
  const own = logs(0.9, 0.01, 0.09);
  const others = logs(0.2, 0.5, 0.3);

  it('takes the probability of what was not shown from other people, and what is between the others from the patient', () => {
    expect(exp(judgeUnshown(own, others, [false, true, false]))).toEqual(close([(0.5 * 10) / 11, 0.5, 0.5 / 11]));
    expect(exp(judgeUnshown(own, others, [false, true, true]))).toEqual(close([0.2, 0.5, 0.3]));
  });

  it('leaves all to the patient where all was shown', () => {
    expect(exp(judgeUnshown(own, others, [false, false, false]))).toEqual(close([0.9, 0.01, 0.09]));
  });

  it('gives log-probabilities, beat by beat, of any logarithms', () => {
    const beat = fc.array(fc.double({ min: -900, max: 900, noNaN: true }), { minLength: 4, maxLength: 4 });
    const beats = fc.array(fc.tuple(beat, beat), { minLength: 1, maxLength: 4 });
    const unshown = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }).filter((each) => each.includes(false));
    fc.assert(
      fc.property(beats, unshown, (pairs, which) => {
        const ours = pairs.flatMap(([a]) => a);
        const theirs = pairs.flatMap(([, b]) => b);
        const all = judgeUnshown(ours, theirs, which);
        for (const [i, [a, b]] of pairs.entries()) {
          const one = all.subarray(4 * i, 4 * i + 4);
          expect(exp(one).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
          expect([...one]).toEqual([...judgeUnshown(a, b, which)]);
        }
      }),
    );
  });
});
