import { describe, expect, it } from 'vitest';
import { fixed, significant, whole } from './printf.js';

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
    [-0.0625, 3, '-0.062'],
    [-0.1875, 3, '-0.188'],
    [-0.145, 3, '-0.145'],
    [-0.0001, 3, '-0.000'],
    [-0, 3, '-0.000'],
  ])('prints %d with %d decimals as C does: %s', (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });

  it('pads to the width', () => {
    expect(fixed(1.5, 2, 7)).toBe('   1.50');
    expect(whole(12, 5)).toBe('   12');
    expect(whole(123_456, 5)).toBe('123456');
  });

  it.each([
    [1 / 360, '0.00277778'],
    [1 / 128, '0.0078125'],
    [1e-6, '1e-06'],
    [1 / 12345.678, '8.1e-05'],
    [0.0001, '0.0001'],
    [1, '1'],
    [1000, '1000'],
    [999999.5, '1e+06'],
    [1 / 3, '0.333333'],
    [1e12, '1e+12'],
  ])('prints %d to 6 significant digits as C does: %s', (value, text) => {
    expect(significant(value, 6)).toBe(text);
  });
});
