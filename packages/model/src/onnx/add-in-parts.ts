import type { Parameters, Program } from '@ecgpu/engine';
import { addProgram, OnnxGraph, type OnnxValue } from '@ecgpu/engine/onnx';

export interface PartsOptions {
  /** The value that each of the program's inputs takes: f32 [rows, …], by the input's name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** i64 []: how many rows each of them has. */
  readonly rows: string;
  /** Rows that are computed at once. */
  readonly part: number;
  readonly parameters: Parameters;
}

/**
 * Appends a program whose first dimension is any number so that it is run on a part of the rows after the other: what it needs in
 * memory besides inputs and outputs does not depend on the number of rows.
 *
 * @param program compiled for one row, of f32 inputs and outputs.
 * @returns the value that each output became, f32 [rows, …], by the output's name.
 */
export async function addInParts(
  graph: OnnxGraph,
  program: Program,
  { inputs, rows, part, parameters }: PartsOptions,
): Promise<Readonly<Record<string, string>>> {
  const { plan } = program;
  const integers = (values: readonly number[]) => graph.list('shape', values);
  const lacking = graph.add('Unsqueeze', [
    graph.add('Mod', [graph.add('Neg', [rows]), graph.integer('part', part)]),
    integers([0]),
  ]);
  const zero = graph.floats('zero', [], Float32Array.of(0));
  const body = new OnnxGraph(graph);
  const taken: OnnxValue[] = [];
  const cut: string[] = [];
  for (const { name, tensor } of plan.inputs) {
    const rest = tensor.shape.slice(1);
    const filling = graph.add('Expand', [zero, graph.add('Concat', [lacking, integers(rest)], { axis: 0 })]);
    const whole = graph.add('Concat', [inputs[name]!, filling], { axis: 0 });
    cut.push(graph.add('Reshape', [whole, integers([-1, part, ...rest])]));
    taken.push({ name: body.name(`part_${name}`), dtype: 'f32', shape: [part, ...rest] });
  }
  const names = plan.inputs.map(({ name }, index) => [name, taken[index]!.name]);
  const added = await addProgram(body, program, { inputs: Object.fromEntries(names), dynamicBatch: true, parameters });
  const made = [...plan.outputs].map(([name, tensor]) => ({ name, rest: tensor.shape.slice(1) }));
  const outputs = made.map(
    ({ name, rest }): OnnxValue => ({ name: added.outputs[name]!, dtype: 'f32', shape: [part, ...rest] }),
  );
  const parts = made.map(({ name }) => graph.name(`parts_${name}`));
  const scan = { body: { graph: body, inputs: taken, outputs }, num_scan_inputs: taken.length };
  graph.add('Scan', cut, scan, parts as [string, ...string[]]);
  const end = graph.add('Unsqueeze', [rows, integers([0])]);
  const found = made.map(({ name, rest }, index) => {
    const joined = graph.add('Reshape', [parts[index]!, integers([-1, ...rest])]);
    return [name, graph.add('Slice', [joined, integers([0]), end, integers([0])])];
  });
  return Object.fromEntries(found);
}
