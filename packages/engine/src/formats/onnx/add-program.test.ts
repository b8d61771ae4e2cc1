import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { openCpuDevice } from '../../devices/cpu/open.js';
import { f32, relu, scale, sum } from '../../index.js';
import { addProgram } from './add-program.js';
import { OnnxGraph } from './graph.js';
import { encodeOnnx } from './model.js';

const row = (name: string, ...shape: (number | string)[]) => ({ name, dtype: 'f32', shape }) as const;

async function run(bytes: Uint8Array, x: OrtTensor): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(bytes);
  const found = await session.run({ x });
  await session.release();
  return Object.fromEntries(Object.entries(found).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}

it('puts programs and other operators into one graph, their names apart', async () => {
  const device = openCpuDevice();
  const graph = new OnnxGraph();
  for (const name of ['x', 'y', 'total']) graph.name(name);
  const positive = await device.compile({ x: f32(1, 2) }, ({ x }) => ({ y: relu(x) }));
  const total = await device.compile({ x: f32(1, 2) }, ({ x }) => ({ y: relu(scale(x, 2)), total: sum(x, 1) }));
  const first = await addProgram(graph, positive, { inputs: { x: 'x' }, dynamicBatch: true });
  const [least, order] = [graph.name('least'), graph.name('order')];
  graph.add('TopK', [first.outputs['y']!, graph.list('k', [1])], { axis: 0, largest: 0 }, [least, order]);
  const inputs = { x: least };
  const added = await addProgram(graph, total, { inputs, outputs: { y: 'y', total: 'total' }, dynamicBatch: true });
  expect(added.outputs).toEqual({ y: 'y', total: 'total' });
  expect([...total.plan.outputs.values()].map((tensor) => added.dimensions(tensor))).toEqual([['batch', 2], ['batch']]);
  const file = encodeOnnx({
    name: 'both',
    graph,
    inputs: [row('x', 'rows', 2)],
    outputs: [row('y', 1, 2), row('total', 1)],
  });
  const found = await run(file, new OrtTensor('float32', Float32Array.of(3, -1, 2, 5, 4, 7), [3, 2]));
  expect(found).toEqual({ y: [4, 0], total: [2] });
});

it('repeats a graph within the graph', async () => {
  const device = openCpuDevice();
  const graph = new OnnxGraph();
  for (const name of ['x', 'y']) graph.name(name);
  const body = new OnnxGraph(graph);
  const part = body.name('x');
  expect(part).not.toBe('x');
  const program = await device.compile({ x: f32(1, 2) }, ({ x }) => ({ y: relu(x) }));
  const { outputs } = await addProgram(body, program, { inputs: { x: part }, dynamicBatch: true });
  const bodyOf = { graph: body, inputs: [row(part, 1, 2)], outputs: [row(outputs['y']!, 1, 2)] };
  graph.add('Scan', ['x'], { body: bodyOf, num_scan_inputs: 1 }, 'y');
  const file = encodeOnnx({ name: 'scan', graph, inputs: [row('x', 'n', 1, 2)], outputs: [row('y', 'n', 1, 2)] });
  expect(await run(file, new OrtTensor('float32', Float32Array.of(3, -1, -2, 5), [2, 1, 2]))).toEqual({
    y: [3, 0, 0, 5],
  });
});

it('refuses a program whose inputs are not all given', async () => {
  const program = await openCpuDevice().compile({ x: f32(2) }, ({ x }) => ({ y: relu(x) }));
  await expect(addProgram(new OnnxGraph(), program, { inputs: {} })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining("'x'"),
  });
});
