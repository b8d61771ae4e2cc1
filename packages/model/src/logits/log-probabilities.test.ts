import { describe, expect, it } from 'vitest';
import { logProbabilities } from './log-probabilities.js';

describe('logProbabilities', () => {
  it('gives rows whose exponentials sum to 1, also of logits that are large', () => {
    const logs = logProbabilities([1000, 999, -2000, 0, 0, 0], 3);
    expect(Math.exp(logs[0]!) + Math.exp(logs[1]!) + Math.exp(logs[2]!)).toBeCloseTo(1, 12);
    expect(logs[0]! - logs[2]!).toBeCloseTo(3000, 9);
    expect(logs[5]).toBeCloseTo(-Math.log(3), 12);
  });
});
