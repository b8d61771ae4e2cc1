import { fromBinary } from '@bufbuild/protobuf';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openCpuDevice } from '../../devices/cpu/open.js';
import type { Device } from '../../devices/device.js';
import {
  add,
  attentionPool,
  concat,
  dropout,
  elements,
  f32,
  fill,
  gradientsOf,
  gru,
  linear,
  matmul,
  mean,
  multiply,
  Parameters,
  type ParameterValue,
  type Program,
  RandomGenerator,
  relu,
  reshape,
  slice,
  softmax,
  sum,
  type Tensor,
  type TensorType,
  transpose,
} from '../../index.js';
import { agree, describeAgreement } from '../../testing/agree.js';
import { caseValues, type OpCase } from '../../testing/op-case.js';
import { opCases } from '../../testing/op-cases.js';
import { prepareCase } from '../../testing/run-case.js';
import { exportOnnx } from './export.js';
import { OPSET } from './model.js';
import { onnxRules } from './rules.js';
import { ModelProtoSchema } from './schema/onnx_pb.js';

type Feeds = Readonly<Record<string, { type: TensorType; values: ArrayLike<number> }>>;

function ortTensor({ type: { dtype, shape }, values }: Feeds[string]): OrtTensor {
  if (dtype === 'f32') return new OrtTensor('float32', Float32Array.from(values), [...shape]);
  if (dtype === 'i32') return new OrtTensor('int32', Int32Array.from(values), [...shape]);
  return new OrtTensor('uint32', Uint32Array.from(values), [...shape]);
}

async function runOnnx(model: Uint8Array, feeds: Feeds): Promise<Record<string, ArrayLike<number>>> {
  const session = await InferenceSession.create(model);
  const tensors = Object.entries(feeds).map(([name, feed]) => [name, ortTensor(feed)] as const);
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

const TOLERANCE = 1e-5;

/** To 1e-5 of the tensor's largest value, or of 1 where all are smaller. */
function expectEqual(name: string, got: ArrayLike<number>, want: ArrayLike<number>): void {
  let largest = 1;
  for (let i = 0; i < want.length; i++) largest = Math.max(largest, Math.abs(want[i]!));
  const agreement = agree(got, want, () => TOLERANCE * largest);
  expect(agreement.agrees, describeAgreement(name, agreement)).toBe(true);
}

const allFinite = (values: Record<string, Float64Array>) =>
  Object.values(values).every((array) => array.every((value) => Number.isFinite(value)));

const table = Object.entries(opCases as Readonly<Record<string, readonly OpCase[]>>).filter(([op]) => op in onnxRules);

describe.each(table)('%s in ONNX Runtime', (_, cases) => {
  for (const opCase of cases) {
    const values = caseValues(opCase.inputs, opCase.seed ?? 1);
    // Runtimes differ in what they make of NaN and infinity.
    if (!allFinite(values)) continue;
    it(opCase.name, async () => {
      const run = await prepareCase(openCpuDevice(), opCase);
      const model = await exportOnnx(run.program);
      const want = await run.run();
      const feeds = Object.entries(opCase.inputs).map(
        ([name, { type }]) => [name, { type, values: values[name]! }] as const,
      );
      const got = await runOnnx(model, Object.fromEntries(feeds));
      for (const name of run.program.plan.outputs.keys()) expectEqual(name, got[name]!, want[name]!);
    });
  }
});

/** A small network of every kind of layer; its first weight is a parameter, the GRU's are others. */
async function network(device: Device, batch: number): Promise<{ program: Program; parameters: Parameters }> {
  const random = new RandomGenerator(5);
  const draw = (...shape: number[]) => ({
    shape,
    values: Float32Array.from({ length: elements(shape) }, () => random.normal() / 2),
  });
  const parameters = new Parameters(
    device,
    new Map<string, ParameterValue>([
      ['weight', draw(6, 4)],
      ['inputWeight', draw(2, 9, 6)],
      ['recurrentWeight', draw(2, 9, 3)],
      ['inputBias', draw(2, 9)],
      ['recurrentBias', draw(2, 9)],
      ['query', draw(6)],
      ['shift', { ...draw(6), buffer: true }],
    ]),
  );
  const get = (name: string) => parameters.get(name);
  const program = await device.compile({ x: f32(batch, 4, 5), y: f32(batch, 2) }, ({ x, y }) => {
    const steps = linear(transpose(x), get('weight'), get('shift'), { activation: 'tanh' });
    const states = gru(steps, {
      inputWeight: get('inputWeight'),
      recurrentWeight: get('recurrentWeight'),
      inputBias: get('inputBias'),
      recurrentBias: get('recurrentBias'),
    });
    const { context, weights } = attentionPool(states, states, get('query'));
    const rows = reshape(states, [batch * 5, 6]);
    const joined = concat([context, y, mean(reshape(rows, [batch, 5, 6]), 1)], 1);
    return { joined, weights, rows, scaled: multiply(softmax(joined), reshape(sum(y, 1), [batch, 1])) };
  });
  return { program: program as unknown as Program, parameters };
}

describe('exportOnnx', () => {
  const inputs = (batch: number): Feeds => {
    const random = new RandomGenerator(6);
    const normal = (type: TensorType) => ({
      type,
      values: Float32Array.from({ length: elements(type.shape) }, () => random.normal()),
    });
    return { x: normal(f32(batch, 4, 5)), y: normal(f32(batch, 2)) };
  };

  it.each([3, 1, 8])('with a dynamic batch runs at any size: %i', async (batch) => {
    const device = openCpuDevice();
    const { program, parameters } = await network(device, 3);
    const model = await exportOnnx(program, { dynamicBatch: true, parameters });
    const { program: same } = await network(device, batch);
    const feeds = inputs(batch);
    same.run(Object.fromEntries(Object.entries(feeds).map(([name, { values }]) => [name, values as Float32Array])));
    const got = await runOnnx(model, feeds);
    for (const name of ['joined', 'weights', 'rows', 'scaled']) {
      expectEqual(name, got[name]!, (await same.readExact(name)) as Float64Array);
    }
  });

  it('keeps names, takes the projection into the GRU, and carries the metadata', async () => {
    const { program, parameters } = await network(openCpuDevice(), 3);
    const bytes = await exportOnnx(program, { name: 'beats', dynamicBatch: true, parameters, metadata: { fs: '360' } });
    const model = fromBinary(ModelProtoSchema, bytes);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['fs', '360']]);
    expect(model.opsetImport.map(({ version }) => version)).toEqual([BigInt(OPSET)]);
    const graph = model.graph!;
    expect(graph.name).toBe('beats');
    expect(graph.input.map(({ name }) => name)).toEqual(['x', 'y']);
    expect(graph.output.map(({ name }) => name)).toEqual(['joined', 'weights', 'rows', 'scaled']);
    expect(graph.initializer.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['weight', 'inputWeight', 'recurrentBias', 'query', 'shift']),
    );
    expect(graph.node.filter(({ opType }) => opType === 'GRU').length).toBe(1);
    expect(graph.initializer.map(({ name }) => name)).not.toContain('selection');
    const dims = graph.output.map(({ type }) =>
      type?.value.case === 'tensorType' ? type.value.value.shape!.dim.map(({ value }) => value.value) : [],
    );
    expect(dims).toEqual([
      ['batch', 14n],
      ['batch', 5n],
      [undefined, 6n],
      ['batch', 14n],
    ]);
  });

  const compiled = async (build: (tensors: { x: Tensor; y: Tensor }) => Record<string, Tensor>) => ({
    plan: (await openCpuDevice().compile({ x: f32(3, 4), y: f32(2, 4) }, build)).plan,
  });

  it('gives an input, or one value under two names, as output', async () => {
    const model = await exportOnnx(await compiled(({ x, y }) => ({ a: x, b: y, c: y, d: relu(x) })));
    const x = { type: f32(3, 4), values: Float32Array.from({ length: 12 }, (_, i) => i - 6) };
    const y = { type: f32(2, 4), values: new Float32Array(8).fill(3) };
    const got = await runOnnx(model, { x, y });
    expect([...Array.from(got['a']!)]).toEqual([...x.values]);
    expect([...Array.from(got['c']!)]).toEqual([...y.values]);
    expect([...Array.from(got['d']!)]).toEqual([...x.values].map((value) => Math.max(0, value)));
  });

  it.each([
    ['ops of training', ({ x }: { x: Tensor }) => ({ z: dropout(x, { probability: 0.5 }) }), {}, /dropout/],
    ['gradients', ({ x }: { x: Tensor }) => ({ z: gradientsOf(sum(softmax(x)), [x])[0]! }), {}, /softmaxGradient/],
    ['names used twice', ({ x }: { x: Tensor }) => ({ x: relu(x) }), {}, /'x'/],
    ['inputs of unlike batches', ({ x }: { x: Tensor }) => ({ z: x }), { dynamicBatch: true }, /start with it/],
  ] as const)('refuses %s', async (_, build, options, message) => {
    await expect(exportOnnx(await compiled(build), options)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['softmax over it', (x: Tensor) => softmax(transpose(x))],
    ['a constant beside it', (x: Tensor) => add(x, fill([3, 1], 2))],
    ['matmul over it', (x: Tensor) => matmul(x, x, { transposeA: true })],
    ['a slice of it', (x: Tensor) => slice(x, 0, 0, 2)],
    ['a joint with it', (x: Tensor) => concat([x, x], 0)],
    ['a shape that mixes it', (x: Tensor) => reshape(x, [2, 6])],
  ])('refuses a dynamic batch with %s', async (_, build) => {
    const program = await openCpuDevice().compile({ x: f32(3, 4) }, ({ x }) => ({ z: build(x) }));
    await expect(exportOnnx(program, { dynamicBatch: true })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining("depends on the batch's size"),
    });
    expect((await exportOnnx(program)).length).toBeGreaterThan(0);
  });
});
