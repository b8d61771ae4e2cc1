import { RandomGenerator } from '@ecgpu/engine';
import { describe, expect, it } from 'vitest';
import { fibrillate, makePremature, type RhythmStretch } from './synthetic-rhythm.js';

const regular = (count = 126): RhythmStretch => ({
  intervals: new Float64Array(count).fill(0.8),
  premature: new Uint8Array(count),
  fibrillation: new Uint8Array(count),
});

describe('fibrillate', () => {
  it('makes intervals irregular where it marks them, and leaves the others', () => {
    let irregular = 0;
    for (let seed = 0; seed < 200; seed++) {
      const stretch = regular();
      fibrillate(stretch, () => false, new RandomGenerator(seed));
      for (const [beat, r] of stretch.intervals.entries()) {
        if (!stretch.fibrillation[beat]) expect(r).toBe(0.8);
        expect(r).toBeGreaterThanOrEqual(0.28);
        expect(r).toBeLessThan(4);
      }
      expect(stretch.fibrillation.reduce((sum, x) => sum + x, 0)).toBeGreaterThanOrEqual(8);
      expect(stretch.premature.every((x) => x === 0)).toBe(true);
      const changes = [...stretch.intervals.keys()]
        .slice(1)
        .filter((beat) => stretch.fibrillation[beat] && stretch.fibrillation[beat - 1])
        .map((beat) => Math.abs(Math.log(stretch.intervals[beat]! / stretch.intervals[beat - 1]!)));
      irregular += changes.filter((change) => change > 0.05).length / changes.length / 200;
    }
    // Spreads of 0.1 to 0.3 give changes above 0.05 in most beats; a regular rhythm gives none.
    expect(irregular).toBeGreaterThan(0.7);
  });

  it('keeps ventricular beats early, with a pause', () => {
    const stretch = regular();
    const random = new RandomGenerator(5);
    fibrillate(stretch, (beat) => beat % 10 === 4, random);
    const inside = [...stretch.fibrillation.keys()].filter((beat) => beat % 10 === 4 && stretch.fibrillation[beat + 1]);
    expect(inside.length).toBeGreaterThan(0);
    for (const beat of inside) {
      if (stretch.fibrillation[beat]) expect(stretch.intervals[beat + 1]).toBeGreaterThan(stretch.intervals[beat]!);
    }
  });
});

describe('makePremature', () => {
  it('marks early beats and only those, from one to nearly all', () => {
    const shares: number[] = [];
    for (let seed = 0; seed < 300; seed++) {
      const stretch = regular();
      makePremature(stretch, new RandomGenerator(seed));
      const marked = stretch.premature.reduce((sum, x) => sum + x, 0);
      expect(marked).toBeGreaterThan(0);
      shares.push(marked / stretch.premature.length);
      const early: number[] = [];
      const others: number[] = [];
      for (const [beat, r] of stretch.intervals.entries()) (stretch.premature[beat] ? early : others).push(r);
      const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
      if (others.length > 0) expect(mean(early)).toBeLessThan(mean(others));
      expect(stretch.fibrillation.every((x) => x === 0)).toBe(true);
    }
    expect(Math.min(...shares)).toBeLessThan(0.02);
    expect(Math.max(...shares)).toBeGreaterThan(0.8);
  });

  it('is the same for the same seed', () => {
    const [a, b] = [regular(), regular()];
    makePremature(a, new RandomGenerator(9));
    makePremature(b, new RandomGenerator(9));
    expect(a).toEqual(b);
  });
});
