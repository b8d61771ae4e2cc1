import { describe, expect, it } from 'vitest';
import { RandomGenerator } from './generator.js';
import { threefry, uniformFromBits } from './threefry.js';

describe('threefry', () => {
  // Known answers of the authors' Random123 distribution (kat_vectors, threefry2x32 20).
  it.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])('gives the published words for key %i %i and counter %i %i', (k0, k1, c0, c1, first, second) => {
    expect(threefry(k0, k1, c0, c1)).toEqual([first, second]);
  });

  it('turns bits into [0, 1)', () => {
    expect(uniformFromBits(0)).toBe(0);
    expect(uniformFromBits(0xffffffff)).toBe(1 - 2 ** -24);
  });
});

describe('RandomGenerator', () => {
  it('repeats itself for a seed and differs between streams', () => {
    const draw = (seed: number, stream: number) => {
      const random = new RandomGenerator(seed, stream);
      return Array.from({ length: 8 }, () => random.bits());
    };
    expect(draw(7, 1)).toEqual(draw(7, 1));
    expect(draw(7, 1)).not.toEqual(draw(7, 2));
    expect(draw(8, 1)).not.toEqual(draw(7, 1));
  });

  it('refuses a range without numbers, or wider than its bits, instead of looking for one for ever', () => {
    const random = new RandomGenerator(1);
    for (const end of [0, -1, 2.5, Number.NaN, 2 ** 32 + 1]) {
      expect(() => random.integer(end)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('goes on where a saved state stood', () => {
    const random = new RandomGenerator(3);
    random.bits();
    const { state } = random;
    const expected = [random.bits(), random.bits(), random.bits()];
    const resumed = new RandomGenerator(3);
    resumed.restore(state);
    expect([resumed.bits(), resumed.bits(), resumed.bits()]).toEqual(expected);
  });

  it('has the moments of its distributions', () => {
    const random = new RandomGenerator(1);
    const n = 20_000;
    const normals = Array.from({ length: n }, () => random.normal());
    const mean = normals.reduce((a, b) => a + b) / n;
    const variance = normals.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    // Five standard errors of the mean and of the variance.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });

  it('shuffles to a permutation', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const shuffled = new RandomGenerator(5).shuffle([...items]);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });
});
