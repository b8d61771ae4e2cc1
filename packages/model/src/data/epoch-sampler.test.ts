import { type BeatLabel, beatLabels } from '@ecgpu/ecg-dsp';
import { describe, expect, it } from 'vitest';
import { beatProblem } from '../preprocess/signal-problems.js';
import { countClasses } from './annotated-beats.js';
import { BALANCED_DRAWS, EpochSampler, EVERY_BEAT } from './epoch-sampler.js';
import { syntheticSet } from './synthetic-set.fixture.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

describe('EpochSampler', () => {
  const set = syntheticSet([{ N: 9000, S: 400, V: 30 }, { N: 3000, S: 4, V: 170, F: 20, Q: 7 }, { N: 1000 }]);

  it('draws the recipe: part of N without repeating, rare classes with', () => {
    const sampler = new EpochSampler(set, BALANCED_DRAWS, 7);
    expect(sampler.classSizes).toEqual([10_000, 808, 200, 20]);
    const drawn = sampler.epoch(0);
    expect(drawn).toHaveLength(sampler.size);
    const labels = drawn.map((beat) => set.labels[beat]!);
    expect(countClasses(labels)).toEqual({ N: 10_000, S: 808, V: 200, F: 20, Q: 0 });
    const ofClass = (label: BeatLabel) => [...drawn].filter((beat) => beatLabels[set.labels[beat]!] === label);
    expect(new Set(ofClass('N')).size).toBe(10_000);
    expect(new Set(ofClass('V')).size).toBeLessThan(200);
    // Mixed: the first tenth holds about a tenth of the S beats.
    const early = labels.subarray(0, sampler.size / 10).filter((label) => label === 1).length;
    expect(early).toBeGreaterThan(50);
    expect(early).toBeLessThan(115);
  });

  it('gives beats of small records a better chance', () => {
    const sampler = new EpochSampler(set, BALANCED_DRAWS, 3);
    const share = Array.from({ length: 40 }, (_, epoch) => sampler.epoch(epoch))
      .flatMap((drawn) => [...drawn].filter((beat) => set.labels[beat] === 1))
      .map((beat): number => (set.recordOf[beat] === 1 ? 1 : 0));
    // 400 beats at 400^-½ and 4 at 10^-½: 1.265 / (20 + 1.265) = 0.0595; over 32,320 draws the deviation is 0.0013.
    const mean = share.reduce((sum, x) => sum + x, 0) / share.length;
    expect(Math.abs(mean - 0.0595)).toBeLessThan(0.006);
  });

  it('weighs draws without replacement too', () => {
    const small = syntheticSet([{ N: 900 }, { N: 100 }]);
    const draws = { N: { beats: 50, replacement: false, recordBalance: 1, fewest: 1 } };
    const sampler = new EpochSampler(small, draws, 1);
    let second = 0;
    for (let epoch = 0; epoch < 200; epoch++) {
      second += [...sampler.epoch(epoch)].filter((beat) => small.recordOf[beat] === 1).length;
    }
    // At first the records are alike; of 100 beats some are gone towards the end: a little under half of 10,000.
    expect(second).toBeGreaterThan(4300);
    expect(second).toBeLessThan(5000);
  });

  it('depends on seed and epoch alone, not on what was drawn before', () => {
    const sampler = new EpochSampler(set, BALANCED_DRAWS, 7);
    const fifth = sampler.epoch(5);
    expect(sampler.epoch(4)).not.toEqual(fifth);
    expect(sampler.epoch(5)).toEqual(fifth);
    expect(new EpochSampler(set, BALANCED_DRAWS, 7).epoch(5)).toEqual(fifth);
    expect(new EpochSampler(set, BALANCED_DRAWS, 8).epoch(5)).not.toEqual(fifth);
  });

  it('can take every beat once, but not those without an output or on unusable signal', () => {
    const problems = set.problems.slice();
    problems[0] = beatProblem.flat;
    const sampler = new EpochSampler({ ...set, problems }, EVERY_BEAT, 7);
    const drawn = [...sampler.epoch(0)].sort((a, b) => a - b);
    expect(drawn).toEqual([...set.labels.keys()].filter((beat) => beat > 0 && beatLabels[set.labels[beat]!] !== 'Q'));
  });

  it('refuses what cannot be drawn', () => {
    const q = syntheticSet([{ Q: 5 }]);
    expect(() => new EpochSampler(q, BALANCED_DRAWS, 1)).toThrow(code('NO_TRAINING_BEATS'));
    const draws = { N: { beats: Number.NaN, replacement: true, recordBalance: 0, fewest: 1 } };
    expect(() => new EpochSampler(set, draws, 1)).toThrow(code('SAMPLER_OPTION'));
    expect(() => new EpochSampler(set, BALANCED_DRAWS, 1).epoch(4096)).toThrow(RangeError);
  });
});
