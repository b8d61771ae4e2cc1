import { Parameters, type ParameterValues, type Program } from '@ecgpu/engine';
import { compileInference, compileStep, REFERENCE, type StepKind } from '../peers/ecgpu.js';

/** What the uses of one op in a program need. */
export interface OpCount {
  readonly op: string;
  readonly uses: number;
  /** Floating-point operations, multiply and add counted as two; one for each element of ops without products. */
  readonly flops: number;
  /** Bytes of the inputs and outputs, each read or written once a use: the traffic without any fusion or cache. */
  readonly bytes: number;
}

export interface ProgramCount {
  readonly ops: readonly OpCount[];
  readonly flops: number;
  readonly bytes: number;
}

type Node = Program['plan']['nodes'][number]['node'];

const BYTES = 4;

/** Products of a use, from its shapes alone. Ops that are not here do one operation an element of their outputs. */
const PRODUCTS: Readonly<Record<string, (node: Node) => number>> = {
  conv1d: ({ inputs, outputs }) => 2 * outputs[0]!.size * taps(inputs[1]!.shape),
  conv1dInputGradient: ({ inputs }) => 2 * inputs[0]!.size * taps(inputs[1]!.shape),
  conv1dWeightGradient: ({ inputs, outputs }) => 2 * inputs[0]!.size * taps(outputs[0]!.shape),
  linear: ({ inputs, outputs }) => 2 * outputs[0]!.size * inputs[0]!.shape.at(-1)!,
  matmul: ({ inputs: [a, b], outputs: [c] }) => {
    const batch = c!.shape.length === 3 ? c!.shape[0]! : 1;
    return 2 * c!.size * Math.sqrt((a!.size * b!.size) / (c!.size * batch));
  },
  gruRecurrence: ({ inputs }) => recurrent(inputs[0]!.size, inputs[1]!.shape),
  gruRecurrenceGradient: ({ inputs }) => {
    const weight = inputs.find(({ shape }) => shape.length === 3 && shape[1] === 3 * shape[2]!)!;
    const gates = inputs.find(({ shape }) => shape.length === 5)!;
    return recurrent((gates.size / 4) * 3, weight.shape);
  },
  gruWeightGradient: ({ outputs, inputs }) => {
    const hidden = outputs[0]!.shape.at(-1)!;
    const states = inputs.find(({ shape }) => shape.length === 3 && shape[2] === outputs[0]!.shape[0]! * hidden)!;
    return 6 * hidden * states.size;
  },
  attentionPool: ({ inputs: [states, keys] }) => 2 * (states!.size + keys!.size),
  attentionPoolGradient: ({ inputs: [states, keys] }) => 4 * (states!.size + keys!.size),
};

/** Channels in times kernel: products in one output of a convolution with weight [out, in, kernel]. */
function taps(weight: readonly number[]): number {
  return weight[1]! * weight[2]!;
}

/** Each of the projected values, three a unit and step, meets a row of `hidden` recurrent weights. */
function recurrent(projected: number, weight: readonly number[]): number {
  return 2 * projected * weight[2]!;
}

export function countProgram({ plan }: Program): ProgramCount {
  const byOp = new Map<string, { uses: number; flops: number; bytes: number }>();
  for (const { node } of plan.nodes) {
    // Views and packs lie in memory that other nodes write.
    if (node.op.layout !== undefined) continue;
    const count = byOp.get(node.op.name) ?? { uses: 0, flops: 0, bytes: 0 };
    const made = node.outputs.reduce((sum, { size }) => sum + size, 0);
    count.uses++;
    count.flops += PRODUCTS[node.op.name]?.(node) ?? made;
    count.bytes += BYTES * (made + node.inputs.reduce((sum, { size }) => sum + size, 0));
    byOp.set(node.op.name, count);
  }
  const ops = [...byOp].map(([op, count]) => ({ op, ...count })).sort((a, b) => b.flops - a.flops);
  const total = (key: 'flops' | 'bytes') => ops.reduce((sum, each) => sum + each[key], 0);
  return { ops, flops: total('flops'), bytes: total('bytes') };
}

export async function countInference(values: ParameterValues, size: number): Promise<ProgramCount> {
  const device = await REFERENCE.open();
  const count = countProgram(await compileInference(device, new Parameters(device, values), size));
  device.close();
  return count;
}

export async function countTraining(values: ParameterValues, size: number, kind: StepKind): Promise<ProgramCount> {
  const device = await REFERENCE.open();
  const count = countProgram((await compileStep(device, values, size, kind)).program);
  device.close();
  return count;
}
