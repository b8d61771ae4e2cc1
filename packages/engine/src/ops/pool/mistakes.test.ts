import { describe, expect, it } from 'vitest';
import { f32 } from '../../graph/shape.js';
import { trace } from '../../graph/trace.js';
import { averagePool1d, maxPool1d, type PoolOptions } from './pool.js';

describe.each([
  ['maxPool1d', maxPool1d],
  ['averagePool1d', averagePool1d],
] as const)('%s refuses', (name, pool) => {
  it.each([
    ['a kernel of 0', [1, 2, 8], { kernel: 0 }, 'INVALID_ARGUMENT', /kernel.*got 0/],
    ['a stride of 0', [1, 2, 8], { kernel: 2, stride: 0 }, 'INVALID_ARGUMENT', /stride.*got 0/],
    ['windows of padding alone', [1, 2, 8], { kernel: 3, padding: 2 }, 'INVALID_ARGUMENT', /0 … 1.*got 2/],
    ['a window longer than the row', [1, 2, 3], { kernel: 4 }, 'SHAPE_MISMATCH', /4 does not fit in 3/],
    ['rank 2', [2, 8], { kernel: 2 }, 'SHAPE_MISMATCH', /got \[2, 8\]/],
  ] satisfies [string, number[], PoolOptions, string, RegExp][])('%s', (_, shape, options, code, message) => {
    const traced = () => trace({ x: f32(...shape) }, ({ x }) => ({ y: pool(x, options) }));
    expect(traced).toThrow(expect.objectContaining({ code, where: name, message: expect.stringMatching(message) }));
  });
});
