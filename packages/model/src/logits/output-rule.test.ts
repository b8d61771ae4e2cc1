import { describe, expect, it } from 'vitest';
import { NO_RULE, ruledLogits } from './output-rule.js';

describe('ruledLogits', () => {
  const logits = Float32Array.of(1, 2, 0, -1, 1, 2, 0, -1);
  const odds = Float32Array.of(-20, 3);

  it('changes nothing without a rule', () => {
    const { logits: same, probabilities } = ruledLogits(logits, odds, 4, NO_RULE);
    expect(same).toEqual(logits);
    // exp(2) / (exp(1) + exp(2) + exp(0) + exp(-1))
    expect(probabilities[1]).toBeCloseTo(0.6439142599, 6);
  });

  it('moves one class down as far as fibrillation is likely', () => {
    const { logits: ruled, probabilities } = ruledLogits(logits, odds, 4, { class: 1, bias: -0.5, fibrillation: 2 });
    expect(ruled[1]).toBeCloseTo(1.5, 6);
    // log(1 + e³) = 3.0485873516
    expect(ruled[5]).toBeCloseTo(2 - 0.5 - 2 * 3.0485873516, 5);
    for (const at of [0, 2, 3, 4, 6, 7]) expect(ruled[at]).toBe(logits[at]);
    for (const beat of [0, 4])
      expect(probabilities.subarray(beat, beat + 4).reduce((sum, p) => sum + p)).toBeCloseTo(1, 6);
    expect(probabilities[5]).toBeLessThan(probabilities[4]!);
  });

  it('survives log-odds that overflow exp', () => {
    const { probabilities } = ruledLogits(logits, Float32Array.of(1e4, -1e4), 4, {
      class: 1,
      bias: 0,
      fibrillation: 1,
    });
    expect(probabilities[1]).toBe(0);
    expect(probabilities[5]).toBeCloseTo(0.6439142599, 6);
  });
});
