import { describe, expect, it } from 'vitest';
import { fixed, whole } from './printf.js';

describe('fixed', () => {
  it.each([
    [3.125, 2, '3.12'],
    [15.625, 2, '15.62'],
    [9.375, 2, '9.38'],
    [0.5, 0, '0'],
    [1.5, 0, '2'],
    [2.5, 0, '2'],
    [0.0625, 3, '0.062'],
    [2.675, 2, '2.67'],
    [1.005, 2, '1.00'],
    [100, 2, '100.00'],
    [0, 3, '0.000'],
  ])('prints %d with %d decimals as C does: %s', (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });

  it('pads to the width', () => {
    expect(fixed(1.5, 2, 7)).toBe('   1.50');
    expect(whole(12, 5)).toBe('   12');
    expect(whole(123_456, 5)).toBe('123456');
  });
});
