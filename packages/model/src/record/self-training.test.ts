import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostLikely } from '../logits/most-likely.js';
import { readSelfTraining, SELF_TRAINING, selfTrained } from './self-training.js';

/** A record of N, V and F beats: what the networks say of each, and where its vector lies on the way from N (0) to V (1). */
interface Said {
  readonly probabilities: readonly [number, number, number, number];
  readonly place: number;
}

const surelyN: Said = { probabilities: [0.97, 0.01, 0.01, 0.01], place: 0 };
const surelyV: Said = { probabilities: [0.01, 0.01, 0.97, 0.01], place: 1 };
const surelyF: Said = { probabilities: [0.01, 0.01, 0.01, 0.97], place: 1 };
const unsureV: Said = { probabilities: [0.5, 0.1, 0.3, 0.1], place: 1 };

const logitsOf = (said: readonly Said[]) =>
  Float32Array.from(said.flatMap(({ probabilities }) => probabilities.map(Math.log)));
/** [beats, 5]: four numbers, and that the second lead is there. */
const vectorsOf = (said: readonly Said[]) =>
  Float32Array.from(said.flatMap(({ place }, n) => [place, 1 - place, 0.1 * Math.sin(n), 0.1 * Math.cos(n), 1]));
const times = (count: number, one: Said) => Array<Said>(count).fill(one);
const rows = (logits: Float32Array) =>
  Array.from({ length: logits.length / 4 }, (_, beat) => logits.subarray(beat * 4, beat * 4 + 4));

describe('self-training', () => {
  const record = [...times(300, surelyN), ...times(40, surelyV), ...times(20, surelyF), unsureV];
  const train = (said: readonly Said[], training = SELF_TRAINING, members = 1) =>
    rows(selfTrained(logitsOf(said), 4, Array(members).fill(vectorsOf(said)), training));

  it('calls a beat V that looks like the sure V beats, and leaves sure ones what they are', () => {
    for (const members of [1, 3]) {
      const called = train(record, SELF_TRAINING, members).map(mostLikely);
      expect(called).toEqual([...record.slice(0, -1).map(({ probabilities }) => mostLikely(probabilities)), 2]);
    }
  });

  it('gives the mean of the log-probabilities of both where it learned, and leaves the mass of the other classes alone', () => {
    const [half, none, own] = [0.5, 0, 1].map((share) => train(record, { ...SELF_TRAINING, share }));
    for (const [beat, row] of half!.entries()) {
      // S has no sure calls; F is not learned.
      for (const c of [1, 3]) expect(row[c]).toBeCloseTo(Math.log(record[beat]!.probabilities[c]!), 5);
      const odds = [half!, none!, own!].map((each) => each[beat]![2]! - each[beat]![0]!);
      expect(odds[0]).toBeCloseTo((odds[1]! + odds[2]!) / 2, 4);
    }
    for (const [beat, row] of none!.entries())
      for (const [c, x] of row.entries()) expect(x).toBeCloseTo(Math.log(record[beat]!.probabilities[c]!), 5);
  });

  it('learns nothing where fewer than two classes have enough sure calls', () => {
    const few = [...times(300, surelyN), ...times(SELF_TRAINING.fewestBeats - 1, surelyV), unsureV];
    expect(selfTrained(logitsOf(few), 4, [vectorsOf(few)], SELF_TRAINING)).toEqual(logitsOf(few));
    const enough = [...few, surelyV];
    expect(mostLikely(train(enough).at(-2)!)).toBe(2);
    expect(mostLikely(train(enough, { ...SELF_TRAINING, confidence: 0.98 }).at(-2)!)).toBe(0);
  });

  it('gives finite probabilities that add up to 1, the same every time, whatever the record', () => {
    const said = fc.record({
      probabilities: fc.constantFrom(surelyN, surelyV, surelyF, unsureV).map(({ probabilities }) => probabilities),
      place: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 60 }), (beats) => {
        const found = train(beats, { ...SELF_TRAINING, fewestBeats: 1 });
        for (const row of found) expect(row.reduce((sum, x) => sum + Math.exp(x), 0)).toBeCloseTo(1, 5);
        expect(train(beats, { ...SELF_TRAINING, fewestBeats: 1 })).toEqual(found);
      }),
      { numRuns: 30 },
    );
  });

  it('does not divide by the length of vectors that are all 0', () => {
    const flat = new Float32Array(record.length * 5);
    for (const row of rows(selfTrained(logitsOf(record), 4, [flat], SELF_TRAINING)))
      expect(row.every(Number.isFinite)).toBe(true);
  });
});

describe('self-training from a file', () => {
  it('is read as it was written', () => {
    expect(readSelfTraining(JSON.parse(JSON.stringify(SELF_TRAINING)), 4)).toEqual(SELF_TRAINING);
  });

  it.each([
    ['a class that the model does not have', { classes: [0, 1, 4] }, /classes\[2\]/],
    ['a class twice', { classes: [0, 1, 1] }, /classes\[2\]/],
    ['one class', { classes: [1] }, /classes/],
    ['calls of any probability', { confidence: 0 }, /confidence/],
    ['half beats', { fewestBeats: 1.5 }, /fewestBeats/],
    ['more than all', { share: 1.1 }, /share/],
    ['a word of its own', { steps: 5 }, /steps/],
  ])('is refused with %s', (_, change, field) => {
    expect(() => readSelfTraining({ ...SELF_TRAINING, ...change }, 4)).toThrow(field);
  });
});
