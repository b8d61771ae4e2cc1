import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { f32 } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { activeGraph } from '../../graph/trace.js';
import { add, batchNorm, conv1d, maxPool1d, multiply, relu } from '../../ops/index.js';
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

  it('nothing across an update of state that it would read', async (context) => {
    const on = gpu(context);
    const bias = on.createStorage('f32', 10, 'bias');
    const build = (v: Values) => {
      const graph = activeGraph('test');
      const state = graph.storage(bias, f32(10));
      const convolved = conv1d(v.x, v.weight, state, { padding: 1 });
      batchNorm(
        v.x,
        {
          ...{ weight: graph.storage(four, f32(4)), bias: graph.storage(four, f32(4)) },
          ...{ runningMean: graph.storage(mean, f32(4)), runningVariance: graph.storage(variance, f32(4)) },
        },
        { training: true },
      );
      return { y: relu(convolved) };
    };
    const [four, mean, variance] = ['four', 'mean', 'variance'].map((name) => on.createStorage('f32', 4, name)) as [
      never,
      never,
      never,
    ];
    expect((await dispatched(on, build)).kernels).toContain('unary');
  });
});
