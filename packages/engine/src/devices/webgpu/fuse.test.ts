import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { gradientsOf } from '../../autodiff/gradients.js';
import { f32 } from '../../graph/shape.js';
import type { Storage } from '../../graph/storage.js';
import type { Tensor } from '../../graph/tensor.js';
import { activeGraph } from '../../graph/trace.js';
import { add, batchNorm, conv1d, fill, maxPool1d, multiply, relu, sum } from '../../ops/index.js';
import { scale } from '../../ops/scale/scale.js';
import { RandomGenerator } from '../../random/generator.js';
import { gpuForTests } from '../../testing/gpu-for-tests.js';
import type { Device } from '../device.js';
import type { WebGpuOpenOptions } from './open.js';

const TYPES = {
  x: f32(3, 4, 24),
  weight: f32(10, 4, 3),
  bias: f32(10),
  gamma: f32(10),
  beta: f32(10),
  mean: f32(10),
  variance: f32(10),
  addend: f32(3, 10, 24),
  row: f32(24),
  square: f32(10, 10, 3),
};
type Values = Record<keyof typeof TYPES, Tensor>;

const random = new RandomGenerator(1);
const values = Object.fromEntries(
  Object.entries(TYPES).map(([name, { shape }]) => [
    name,
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () =>
      random.uniform(name === 'variance' ? 0.5 : -1, 1),
    ),
  ]),
);

const convolve = ({ x, weight, bias }: Values) => conv1d(x, weight, bias, { padding: 1 });
const normalise = (y: Tensor, { gamma, beta, mean, variance }: Values, activation: 'relu' | 'none' = 'none') =>
  batchNorm(
    y,
    { weight: gamma, bias: beta, runningMean: mean, runningVariance: variance },
    { training: false, activation },
  );
const whole = (v: Values) => maxPool1d(relu(add(normalise(convolve(v), v), v.addend)), { kernel: 2 });

describe('what a WebGPU device computes in one dispatch', () => {
  let device: Device | undefined;
  let withDefaults: Device | undefined;
  beforeAll(async () => {
    const open = (options: WebGpuOpenOptions) => gpuForTests({ variants: { conv1d: 'shared' }, ...options });
    device = await open({});
    withDefaults = await open({ limits: 'default' });
  });
  afterAll(() => {
    device?.close();
    withDefaults?.close();
  });
  const gpu = (context: TestContext, one = device): Device => one ?? context.skip('no WebGPU adapter on this machine');

  async function dispatched(on: Device, build: (v: Values) => Record<string, Tensor>) {
    const program = await on.compile(TYPES, build);
    program.run(values as never);
    const kernels = (await program.profile()).map(({ kernel }) => kernel);
    const y = await program.read('y');
    program.release();
    return { kernels, y };
  }

  it('a convolution with norm, addend, activation and pooling, as apart', async (context) => {
    const fused = await dispatched(gpu(context), (v) => ({ y: whole(v) }));
    const apart = await dispatched(gpu(context), (v) => {
      const convolved = convolve(v);
      const norm = normalise(convolved, v);
      const sum = add(norm, v.addend);
      const rectified = relu(sum);
      return { y: maxPool1d(rectified, { kernel: 2 }), convolved, norm, sum, rectified };
    });
    expect(fused.kernels).toEqual(['conv1d, norm add relu pool']);
    expect(apart.kernels).toHaveLength(5);
    // Roundings have the same places; a driver may still fuse products and sums otherwise.
    for (const [i, value] of fused.y.entries()) expect(value).toBeCloseTo(apart.y[i]!, 5);
  });

  it.each<[string, number, (v: Values) => Record<string, Tensor>]>([
    ['norm and relu of its own', 1, (v) => ({ y: normalise(convolve(v), v, 'relu') })],
    ['an addend before it', 1, (v) => ({ y: add(v.addend, convolve(v)) })],
    [
      'a value that is an output too',
      2,
      (v) => {
        const convolved = convolve(v);
        return { y: relu(convolved), convolved };
      },
    ],
    [
      'a value added to itself',
      2,
      (v) => {
        const convolved = convolve(v);
        return { y: add(convolved, convolved) };
      },
    ],
    ['an addend that is stretched', 2, (v) => ({ y: add(convolve(v), v.row) })],
    ['a product', 2, (v) => ({ y: multiply(convolve(v), v.addend) })],
    ['an activation behind an activation', 2, (v) => ({ y: relu(normalise(convolve(v), v, 'relu')) })],
    ['another unary function', 2, (v) => ({ y: scale(convolve(v), 2) })],
    ['windows that overlap', 2, (v) => ({ y: maxPool1d(convolve(v), { kernel: 2, stride: 1 }) })],
    [
      'a norm of something else',
      3,
      (v) => {
        const norm = { weight: v.gamma, bias: v.beta, runningMean: v.mean, runningVariance: v.variance };
        return { y: add(batchNorm(scale(v.addend, 2), norm, { training: false }), convolve(v)) };
      },
    ],
  ])('%s: %i dispatches', async (_, count, build, ...rest) => {
    const context = rest.at(-1) as unknown as TestContext;
    expect((await dispatched(gpu(context), build)).kernels).toHaveLength(count);
  });

  it('only what the limits allow: with eight bindings no norm and addend together', async (context) => {
    const { kernels } = await dispatched(gpu(context, withDefaults), (v) => ({ y: whole(v) }));
    expect(kernels).toContain('conv1d');
    expect((await dispatched(gpu(context, withDefaults), (v) => ({ y: normalise(convolve(v), v) }))).kernels).toEqual([
      'conv1d, norm',
    ]);
  });

  it('the gradient of an input that has another use, with their sum', async (context) => {
    const { kernels } = await dispatched(gpu(context), (v) => {
      const x = scale(v.addend, 2);
      const y = conv1d(x, v.square, undefined, { padding: 1 });
      const [y0] = gradientsOf(sum(multiply(add(y, x), v.addend)), [x]);
      return { y: y0! };
    });
    expect(kernels).toContain('conv1d input gradient, add');
  });

  it.each([
    ['nothing across an update of state that it would read', true],
    ['across an update of other state', false],
  ])('%s', async (_, same, ...rest) => {
    const on = gpu(rest.at(-1) as unknown as TestContext);
    const [bias, other, variance] = ['bias', 'other', 'variance'].map((name) => on.createStorage('f32', 10, name));
    const { kernels } = await dispatched(on, (v) => {
      const state = (storage: Storage | undefined) => activeGraph('test').storage(storage!, f32(10));
      const convolved = conv1d(v.x, v.weight, state(bias), { padding: 1 });
      const runningMean = state(same ? bias : other);
      const norm = { weight: v.gamma, bias: v.beta, runningMean, runningVariance: state(variance) };
      batchNorm(v.addend, norm, { training: true });
      return { y: relu(convolved) };
    });
    expect(kernels.includes('unary')).toBe(same);
  });

  describe('by the variant quads', () => {
    let quads: Device | undefined;
    beforeAll(async () => {
      quads = await gpuForTests({ variants: { conv1d: 'shared', elementwise: 'quads' } });
    });
    afterAll(() => quads?.close());

    /** Gradients of Σ slopes·pool(f(norm (+ addend))), and the kernels; `apart` asks for what lies in between too. */
    async function gradientsAndKernels(on: Device, { adds = false, apart = false, kernel = 2 }) {
      const program = await on.compile(TYPES, (v) => {
        const state = { weight: v.gamma, bias: v.beta, runningMean: v.mean, runningVariance: v.variance };
        const x = scale(v.addend, 3);
        const norm = batchNorm(x, state, { training: false, activation: adds ? 'none' : 'relu' });
        const y = adds ? relu(add(norm, v.addend)) : norm;
        const loss = sum(multiply(maxPool1d(y, { kernel }), fill([3, 10, Math.floor(24 / kernel)], 0.5)));
        const between = apart ? [y, norm] : [];
        const [dx, dgamma, dbeta, dy, dnorm] = gradientsOf(loss, [x, v.gamma, v.beta, ...between]);
        const all = { dx: dx!, dgamma: dgamma!, dbeta: dbeta! };
        return apart ? { ...all, dy: dy!, dnorm: dnorm!, norm, y } : all;
      });
      program.run(values as never);
      const kernels = (await program.profile()).map((step) => step.kernel);
      const results = await Promise.all((['dx', 'dgamma', 'dbeta'] as const).map((name) => program.read(name)));
      program.release();
      return { kernels, results: results.map((result) => [...result]) };
    }

    it.each([
      [
        { adds: false },
        [
          'batch norm gradient sums, pooled, quads',
          'batch norm gradient input, pooled, quads',
          'batch norm, relu pool',
        ],
      ],
      [
        { adds: true },
        [
          'batch norm gradient sums, recomputed, quads',
          'max pool gradient, quads',
          'batch norm, add relu pool and whole',
        ],
      ],
    ])('gradients through norm and pooling, %o, as apart', async (found, expected, ...rest) => {
      const on = gpu(rest.at(-1) as unknown as TestContext, quads);
      const fused = await gradientsAndKernels(on, found);
      const apart = await gradientsAndKernels(on, { ...found, apart: true });
      expect(fused.kernels).toEqual(expect.arrayContaining(expected.slice(0, 2)));
      expect(fused.kernels).not.toContain('unary gradient');
      expect(fused.kernels.length).toBeLessThan(apart.kernels.length);
      for (const [at, gradient] of fused.results.entries()) {
        for (const [i, value] of gradient.entries()) expect(value).toBeCloseTo(apart.results[at]![i]!, 4);
      }
    });

    it('not by other windows', async (context) => {
      const { kernels } = await gradientsAndKernels(gpu(context, quads), { kernel: 3 });
      expect(kernels).toContain('max pool gradient, windows apart');
      expect(kernels).toContain('batch norm gradient sums, recomputed, quads');
    });

    it('a norm of training with what follows, where it stands, its state updated once', async (context) => {
      const on = gpu(context, quads);
      const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((name) => {
        const storage = on.createStorage('f32', 10, name);
        storage.write(values[name]! as Float32Array);
        return storage;
      });
      const build = (apart: boolean) => (v: Values) => {
        const [weight, bias, runningMean, runningVariance] = [gamma, beta, mean, variance].map((storage) =>
          activeGraph('test').storage(storage!, f32(10)),
        ) as [Tensor, Tensor, Tensor, Tensor];
        const norm = batchNorm(scale(v.addend, 3), { weight, bias, runningMean, runningVariance }, { training: true });
        const sum = add(norm, v.addend);
        // Read again after the update: a node behind the norm that needs what it wrote.
        const after = scale(activeGraph('test').storage(mean!, f32(10)), 1);
        return { y: maxPool1d(relu(sum), { kernel: 2 }), after, ...(apart ? { norm, sum } : {}) };
      };
      const results = [];
      for (const apart of [false, true]) {
        mean!.write(values['mean']! as Float32Array);
        const program = await on.compile(TYPES, build(apart));
        program.run(values as never);
        const [y, after, state] = [await program.read('y'), await program.read('after'), await mean!.read()];
        expect([...after]).toEqual([...state]);
        const kernels = (await program.profile()).map(({ kernel }) => kernel);
        expect(kernels.includes('batch norm, add relu pool')).toBe(!apart);
        results.push([...y, ...after]);
      }
      for (const [i, value] of results[0]!.entries()) expect(value).toBeCloseTo(results[1]![i]!, 5);
    });
  });
});
