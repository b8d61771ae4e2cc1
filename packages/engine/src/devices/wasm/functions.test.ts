import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { f32 } from '../../graph/shape.js';
import { exp, log, sigmoid, tanh } from '../../ops/unary/unary.js';
import { needRelaxedSimd } from '../../testing/relaxed-simd-for-tests.js';
import type { Device } from '../device.js';
import { openWasmDeviceOn } from './open.js';

const COUNT = 1 << 20;
/** Every 4096th number there is: all exponents of both signs, subnormals, infinities and NaN among them. */
const everywhere = new Float32Array(Uint32Array.from({ length: COUNT }, (_, i) => i * 4096 + 1234).buffer);
const SMALLEST_NORMAL = 2 ** -126;

const functions = [
  { name: 'exp', build: exp, exact: Math.exp, relative: 2 ** -22 },
  {
    name: 'sigmoid',
    build: sigmoid,
    exact: (x: number) => 1 / (1 + Math.exp(-x)),
    relative: 2 ** -21,
    absolute: 2 ** -126,
  },
  { name: 'tanh', build: tanh, exact: Math.tanh, relative: 2 ** -21 },
  { name: 'log', build: log, exact: Math.log, relative: 2 ** -22, absolute: 2 ** -23 },
] as const;

describe.each(['simd', 'relaxed-simd'] as const)(
  'fast functions keep to their stated error over all of f32: %s',
  (variant) => {
    let device: Device;
    beforeAll(async () => {
      if (variant === 'relaxed-simd') needRelaxedSimd();
      device = await openWasmDeviceOn({ startWorker: undefined, cores: 1 }, { variant });
    });
    afterAll(() => device.close());

    it.each(functions)('$name', async ({ build, exact, relative, ...rest }) => {
      const absolute = 'absolute' in rest ? rest.absolute : 0;
      const program = await device.compile({ x: f32(COUNT) }, ({ x }) => ({ y: build(x) }));
      program.run({ x: everywhere });
      const got = await program.read('y');
      program.release();
      let worst = { ratio: 0, x: 0, got: 0, want: 0 };
      for (const [index, x] of everywhere.entries()) {
        const [y, want] = [got[index]!, exact(x)];
        const rounded = Math.fround(want);
        if (Object.is(y, rounded) || y === rounded) continue;
        if (!Number.isFinite(rounded) || !Number.isFinite(y)) {
          // A value half a unit below the largest number may round either way.
          worst = { ratio: Math.abs(want) > 3.4e38 && Number.isFinite(want) ? worst.ratio : Infinity, x, got: y, want };
          continue;
        }
        const bound = relative * Math.max(Math.abs(want), SMALLEST_NORMAL) + absolute;
        const ratio = Math.abs(y - want) / bound;
        if (ratio > worst.ratio) worst = { ratio, x, got: y, want };
      }
      expect(worst.ratio, JSON.stringify(worst)).toBeLessThanOrEqual(1);
    });
  },
);
