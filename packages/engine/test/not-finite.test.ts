import { describe, expect, it } from 'vitest';
import { f32, fill } from '../src/index.js';
import { DEVICE_KINDS, deviceForSuite } from './devices.js';

describe.each(DEVICE_KINDS)('numbers that are not finite on %s', (kind) => {
  const open = deviceForSuite(kind);

  it.for([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'fill a tensor: %d',
    async (value, context) => {
      const program = await open(context).compile({ x: f32(1) }, ({ x }) => ({ x, y: fill([3], value) }));
      program.run({ x: Float32Array.of(0) });
      expect([...(await program.read('y'))]).toEqual([value, value, value]);
    },
  );
});
