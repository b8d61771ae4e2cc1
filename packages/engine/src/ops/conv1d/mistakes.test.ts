import { expect, it } from 'vitest';
import { f32 } from '../../graph/shape.js';
import { type TracedInputs, trace } from '../../graph/trace.js';
import { conv1d } from './conv1d.js';

const spec = { x: f32(2, 3, 8), weight: f32(4, 3, 5), narrow: f32(4, 2, 5), flat: f32(3, 8), bias: f32(3) };

it.each([
  ['channels', (t) => conv1d(t.x, t.narrow), 'SHAPE_MISMATCH', /weight must be \[out, 3, kernel\].*got \[4, 2, 5\]/],
  ['rank', (t) => conv1d(t.flat, t.weight), 'SHAPE_MISMATCH', /\[batch, channels, length\], got \[3, 8\]/],
  ['bias', (t) => conv1d(t.x, t.weight, t.bias), 'SHAPE_MISMATCH', /bias must be \[4\].*got \[3\]/],
  ['a stride of 0', (t) => conv1d(t.x, t.weight, undefined, { stride: 0 }), 'INVALID_ARGUMENT', /stride.*got 0/],
  ['half a sample', (t) => conv1d(t.x, t.weight, undefined, { padding: 0.5 }), 'INVALID_ARGUMENT', /padding.*got 0.5/],
] satisfies [string, (t: TracedInputs<typeof spec>) => unknown, string, RegExp][])(
  'conv1d refuses: %s',
  (_, build, code, message) => {
    const traced = () => trace(spec, (tensors) => ({ y: build(tensors) as never }));
    expect(traced).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  },
);

it('conv1d refuses a kernel longer than the padded signal', () => {
  const traced = () =>
    trace({ x: f32(1, 1, 3), w: f32(1, 1, 6) }, ({ x, w }) => ({ y: conv1d(x, w, undefined, { padding: 1 }) }));
  expect(traced).toThrow(
    expect.objectContaining({ code: 'SHAPE_MISMATCH', message: expect.stringMatching(/6 does not fit in 3/) }),
  );
});
