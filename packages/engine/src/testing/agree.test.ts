import { describe, expect, it } from 'vitest';
import { agree } from './agree.js';

describe('agree', () => {
  it('names the worst offender relative to its own bound', () => {
    const { agrees, worst } = agree([1, 2.5, 300], [1, 2, 301], (index) => (index === 2 ? 10 : 0.1));
    expect(agrees).toBe(false);
    expect(worst).toMatchObject({ index: 1, got: 2.5, want: 2 });
  });

  it('never takes NaN or infinity for a number', () => {
    const loose = () => 1e30;
    expect(agree([Number.NaN], [0], loose).agrees).toBe(false);
    expect(agree([0], [Number.NaN], loose).agrees).toBe(false);
    expect(agree([Number.POSITIVE_INFINITY], [1], loose).agrees).toBe(false);
    expect(agree([Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY], loose).agrees).toBe(false);
    expect(agree([Number.NaN, Number.POSITIVE_INFINITY], [Number.NaN, Number.POSITIVE_INFINITY], () => 0).agrees).toBe(
      true,
    );
  });

  it('takes equal values with a bound of zero', () => {
    expect(agree([0, -0, 5], [-0, 0, 5], () => 0).agrees).toBe(true);
  });
});
