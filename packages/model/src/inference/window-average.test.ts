import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyWindow, WindowAverage, windowStarts } from './window-average.js';

describe('windowStarts', () => {
  it('covers every beat, overlaps by half and ends with the last', () => {
    expect(windowStarts(0, 64)).toEqual([]);
    expect(windowStarts(10, 64)).toEqual([0]);
    expect(windowStarts(64, 64)).toEqual([0]);
    expect(windowStarts(65, 64)).toEqual([0, 1]);
    expect(windowStarts(130, 64)).toEqual([0, 32, 64, 66]);
  });
});

describe('copyWindow', () => {
  it('prolongs a short record by its last beat', () => {
    const target = new Float32Array(12).fill(-1);
    copyWindow(target, 1, { rows: Float32Array.of(1, 2, 3, 4, 5, 6), count: 3, width: 2 }, 1, 3);
    expect([...target]).toEqual([-1, -1, -1, -1, -1, -1, 3, 4, 5, 6, 5, 6]);
  });
});

describe('WindowAverage', () => {
  it('weighs a beat by how far it is from the ends of its windows', () => {
    // Windows at 0 and 1; beat 1 is the second of the first (weight 2) and the first of the other (weight 1).
    const average = new WindowAverage(5, 4, 1);
    average.add(0, [1, 1, 1, 1], [0, 0, 0, 0]);
    average.add(1, [4, 4, 4, 4], [3, 3, 3, 3]);
    const { logits, fibrillation } = average.result();
    expect([...logits]).toEqual([1, 2, 2.5, 3, 4]);
    expect([...fibrillation]).toEqual([0, 1, 1.5, 2, 3]);
  });

  it('gives what all windows agree on, whatever the record’s length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 8 }), (count, half) => {
        const average = new WindowAverage(count, 2 * half, 2);
        for (const start of windowStarts(count, 2 * half)) {
          const said = Array.from({ length: 2 * half }, (_, k) => start + k);
          average.add(
            start,
            said.flatMap((beat) => [beat, -beat]),
            said,
          );
        }
        const { logits, fibrillation } = average.result();
        for (let beat = 0; beat < count; beat++) {
          expect(fibrillation[beat]).toBeCloseTo(beat, 4);
          expect(logits[2 * beat]).toBeCloseTo(beat, 4);
          expect(logits[2 * beat + 1]).toBeCloseTo(-beat, 4);
        }
      }),
    );
  });
});
