import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradientsOf } from '../../autodiff/gradients.js';
import { f32 } from '../../graph/shape.js';
import { openDevice } from '../../node.js';
import { batchNorm, maxPool1d, multiply, sum } from '../../ops/index.js';
import { RandomGenerator } from '../../random/generator.js';
import type { Device } from '../device.js';

const TYPES = (length: number, pooled: number) => ({
  x: f32(3, 5, length),
  slopes: f32(3, 5, pooled),
  weight: f32(5),
  bias: f32(5),
  mean: f32(5),
  variance: f32(5),
});

interface Case {
  readonly length?: number;
  readonly kernel?: number;
  readonly activation?: 'relu' | 'tanh';
}

describe('what the wasm device computes in one pass', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'wasm', threads: 2 });
  });
  afterAll(() => device.close());

  /** Gradients of Σ slopes · pool(batchNorm(x)) by x, weight and bias, and the kernels that made them. */
  async function gradientsAndKernels(values: Record<string, Float32Array>, found: Case, apart = false) {
    const { length = 16, kernel = 2, activation = 'relu' } = found;
    const types = TYPES(length, Math.floor((length - kernel) / kernel) + 1);
    const program = await device.compile(types, ({ x, slopes, weight, bias, mean, variance }) => {
      const state = { weight, bias, runningMean: mean, runningVariance: variance };
      const y = batchNorm(x, state, { training: false, activation });
      const loss = sum(multiply(maxPool1d(y, { kernel }), slopes));
      // The pooling's own gradient, asked for, is a second use of it.
      const [dx, dweight, dbias, dy] = gradientsOf(loss, [x, weight, bias, ...(apart ? [y] : [])]);
      return { dx: dx!, dweight: dweight!, dbias: dbias!, ...(dy ? { dy } : {}) };
    });
    program.run(values as never);
    const kernels = (await program.profile()).map((step) => step.kernel);
    const results = await Promise.all((['dx', 'dweight', 'dbias'] as const).map((name) => program.read(name)));
    program.release();
    return { kernels, results: results.map((result) => [...new Uint32Array(result.buffer)]) };
  }

  function randomValues(found: Case = {}): Record<string, Float32Array> {
    const { length = 16, kernel = 2 } = found;
    const random = new RandomGenerator(1);
    const values = Object.fromEntries(
      Object.entries(TYPES(length, Math.floor((length - kernel) / kernel) + 1)).map(([name, { shape }]) => [
        name,
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform(-1, 1)),
      ]),
    );
    values['variance']!.forEach((v, i) => {
      values['variance']![i] = v * v + 0.5;
    });
    return values;
  }

  it('the gradients of a pooling and of the norm before it, to the same bits as apart', async () => {
    const values = randomValues();
    // Pairs of equal values, of zeros, and one that is not a number.
    values['x']!.set([0.5, 0.5, -9, -9, 0, 0, Number.NaN, 1], 16);
    const [fused, apart] = [await gradientsAndKernels(values, {}), await gradientsAndKernels(values, {}, true)];
    expect(fused.kernels).toContain('batchNormPoolSlopes');
    expect(fused.kernels).not.toContain('maxPoolGradient');
    expect(apart.kernels).toContain('maxPoolGradient');
    expect(apart.kernels).not.toContain('batchNormPoolSlopes');
    expect(fused.results).toEqual(apart.results);
  });

  it.each<[string, Case]>([
    ['rows that are no whole blocks', { length: 12 }],
    ['other windows', { kernel: 4 }],
    ['other activations', { activation: 'tanh' }],
  ])('not %s', async (_, found) => {
    const { kernels } = await gradientsAndKernels(randomValues(found), found);
    expect(kernels).toContain('maxPoolGradient');
    expect(kernels).not.toContain('batchNormPoolSlopes');
  });
});
