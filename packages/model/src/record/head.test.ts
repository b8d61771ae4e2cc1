import { describe, expect, it } from 'vitest';
import { fitRecordHead, scoreByHead } from './head.js';

describe('a record’s head', () => {
  it('is where the slope of the weighted loss and of its penalty is 0', () => {
    // One number a vector, +1 or -1, which is right about three quarters of each class: weights -u and u, and σ(2u) = 3/4 - λu.
    const [labels, vectors] = [Uint8Array.of(1, 1, 1, 0, 0, 0, 0, 1), Float64Array.of(1, 1, 1, 1, -1, -1, -1, -1)];
    const head = fitRecordHead({ vectors, labels, weights: new Float64Array(8).fill(1 / 8), width: 1, classes: 2 });
    let [low, high] = [0, 2];
    while (high - low > 1e-12) {
      const u = (low + high) / 2;
      if (1 / (1 + Math.exp(-2 * u)) < 0.75 - 1e-3 * u) low = u;
      else high = u;
    }
    expect(head[0]).toBeCloseTo(-low, 5);
    expect(head[1]).toBeCloseTo(low, 5);
  });

  it('lets an example of twice the weight count as two', () => {
    const vectors = Float64Array.from({ length: 7 * 3 }, (_, i) => Math.sin(i * i));
    const labels = Uint8Array.from({ length: 7 }, (_, i) => i % 3);
    const of = { vectors, labels, width: 3, classes: 3 };
    const weighted = fitRecordHead({ ...of, weights: Float64Array.from(labels, (_, i) => (i === 6 ? 2 : 1) / 8) });
    const twice = fitRecordHead({
      ...of,
      vectors: Float64Array.of(...vectors, ...vectors.subarray(18)),
      labels: Uint8Array.of(...labels, labels[6]!),
      weights: new Float64Array(8).fill(1 / 8),
    });
    for (const [i, x] of weighted.entries()) expect(x).toBeCloseTo(twice[i]!, 10);
  });

  it('scores a vector by each class’s weights', () => {
    const scores = new Float64Array(2);
    scoreByHead(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(1, 1, 1, 1, 1, 0, 0, 0, 0, 2), scores);
    expect([...scores]).toEqual([15, 10]);
  });
});
