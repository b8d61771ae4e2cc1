import { describe, expect, it } from 'vitest';
import { addNoiseStretches } from './stretches.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

describe('stretches of noise', () => {
  it('are of noises, places and strengths of their own, and no step comes in', () => {
    const slow = [0, 1, 2, 3, 4, 5];
    const turning = [1, -1];
    const noisy = addNoiseStretches(new Float64Array(9), [
      { from: 1, to: 3, noise: slow, at: 2, gain: 10 },
      { from: 4, to: 6, noise: turning, at: 0, gain: 1 },
      // Beyond the end of noise and lead alike.
      { from: 7, to: 20, noise: slow, at: 5, gain: 1 },
    ]);
    expect([...noisy]).toEqual([0, 10, 20, 20, 22, 20, 20, 21, 16]);
    expect([...addNoiseStretches([1, Number.NaN, 1], [{ from: 0, to: 3, noise: slow, at: 1, gain: 1 }])]).toEqual([
      1,
      Number.NaN,
      3,
    ]);
    expect([...addNoiseStretches([4, 5], [])]).toEqual([4, 5]);
  });

  it('are refused out of order, of no noise and of no strength', () => {
    const stretch = { from: 2, to: 4, noise: [1, 2], at: 0, gain: 1 };
    const given = (...stretches: readonly (typeof stretch)[]) => addNoiseStretches(new Float64Array(9), stretches);
    expect(() => given(stretch, { ...stretch, from: 3 })).toThrow(code('NOISE_SCHEDULE'));
    expect(() => given({ ...stretch, to: 1 })).toThrow(code('NOISE_SCHEDULE'));
    expect(() => given({ ...stretch, from: 2.5 })).toThrow(code('NOISE_SCHEDULE'));
    expect(() => given({ ...stretch, at: -1 })).toThrow(code('NOISE_SCHEDULE'));
    expect(() => given({ ...stretch, noise: [] })).toThrow(code('NOISE_UNMEASURABLE'));
    expect(() => given({ ...stretch, noise: [1, Number.NaN] })).toThrow(code('NOISE_UNMEASURABLE'));
    expect(() => given({ ...stretch, gain: Number.POSITIVE_INFINITY })).toThrow(code('NOISE_UNMEASURABLE'));
  });
});
