import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RunningMedian } from './running-median.js';

it('is the median of the newest values', () => {
  const value = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(-0, 0, 1));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, size) => {
      const running = new RunningMedian(size);
      expect(running.median).toBeNaN();
      values.forEach((each, i) => {
        running.push(each);
        const newest = values.slice(Math.max(0, i + 1 - size), i + 1).sort((a, b) => a - b);
        const middle = newest.length >> 1;
        const median = newest.length % 2 === 1 ? newest[middle]! : (newest[middle - 1]! + newest[middle]!) / 2;
        expect(running.median + 0).toBe(median + 0);
        expect(running.count).toBe(newest.length);
      });
    }),
  );
});
