import { describe, expect, it } from 'vitest';
import { choose } from './choose.js';

const quiet = [1, 1.01, 0.99, 1, 1.01, 0.99, 1];
const shaken = [1, 1.4, 0.7, 1.1, 0.8, 1.3, 0.9];
const around = (ratio: number, like = quiet) => like.map((each) => each * ratio);

describe('choose', () => {
  it('takes the fastest variant that gains more than the control moves', () => {
    const candidates = [
      { variant: 'a', ratios: around(0.8) },
      { variant: 'b', ratios: around(0.6) },
      { variant: 'c', ratios: around(1.2) },
    ];
    expect(choose(candidates, quiet)).toMatchObject({ variant: 'b' });
    expect(choose(candidates, quiet).reason).toMatch(/b takes 0\.60 × the default's time.*± 2\.0 %/);
  });

  it('keeps the default where the gain is within what the default differs from itself', () => {
    expect(choose([{ variant: 'a', ratios: around(0.8) }], shaken)).toMatchObject({ variant: null });
    expect(choose([{ variant: 'a', ratios: around(0.99) }], quiet)).toMatchObject({ variant: null });
    expect(choose([{ variant: 'a', ratios: around(1.5) }], quiet)).toMatchObject({ variant: null });
  });

  it('keeps the default where a gain shows in a few rounds only', () => {
    const ratios = [0.9, 0.9, 0.9, 0.9, 1.3, 1.3, 1.3];
    expect(choose([{ variant: 'a', ratios }], quiet)).toMatchObject({ variant: null });
  });

  it('has nothing to choose from where no variant fits', () => {
    expect(choose([], [])).toEqual({ variant: null, reason: 'there is no other variant here' });
  });
});
