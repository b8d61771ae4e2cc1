import type { Node } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import type { LinearAttributes } from '../../ops/matmul/linear.js';
import type { OnnxGraph } from './graph.js';
import { onnxRule } from './rule.js';

/**
 * The engine splits a GRU into a projection of all inputs and the recurrence; ONNX has both in one operator. Given the
 * recurrence, the projection that can be taken in: a plain `linear` with a bias that nothing else uses.
 */
export function projectionOf({ op, inputs }: Node, uses: ReadonlyMap<Tensor, number>): Node | undefined {
  if (op.name !== 'gruRecurrence') return undefined;
  const projected = inputs[0]!;
  if (projected.source.kind !== 'node' || uses.get(projected) !== 1) return undefined;
  const { node } = projected.source;
  const plain = node.op.name === 'linear' && (node.attributes as LinearAttributes).activation === 'none';
  return plain && node.inputs.length === 3 && node.inputs[0]!.shape.length === 3 ? node : undefined;
}

/** Rows of the gates r, z, n brought into ONNX's order z, r, h. */
function gateOrder(graph: OnnxGraph, name: string, hidden: number): string {
  const rows = Array.from({ length: 3 * hidden }, (_, row) => row);
  const order = graph.list('zrh', [
    ...rows.slice(hidden, 2 * hidden),
    ...rows.slice(0, hidden),
    ...rows.slice(2 * hidden),
  ]);
  return graph.add('Gather', [name, order], { axis: 1 });
}

/** Row i takes value i of a direction's own part of the projected input: the weight of an input already projected. */
function selection(directions: number, rows: number): Float32Array {
  const values = new Float32Array(directions * rows * directions * rows);
  for (let row = 0; row < directions * rows; row++) values[row * directions * rows + row] = 1;
  return values;
}

/**
 * Names are those of projected (or, with the projection taken in, x, its weight and bias), recurrentWeight and
 * recurrentBias. `linear_before_reset` = 1 is PyTorch's form and the engine's: the reset gate is applied after U·h + c.
 */
export const gruRecurrenceRule = onnxRule(({ graph, inputs, names, result }) => {
  const recurrentWeight = inputs.at(-2)!;
  const [directions, rows, hidden] = recurrentWeight.shape as [number, number, number];
  const takenIn = names.length === 5;
  const [x, recurrentName, recurrentBias] = [names[0]!, names.at(-2)!, names.at(-1)!];
  const width = inputs[0]!.shape[2]!;
  const inputWeight = takenIn
    ? graph.add('Reshape', [names[1]!, graph.list('shape', [directions, rows, width])])
    : graph.floats('selection', [directions, rows, width], selection(directions, rows));
  const inputBias = takenIn
    ? graph.add('Reshape', [names[2]!, graph.list('shape', [directions, rows])])
    : graph.floats('no_bias', [directions, rows], new Float32Array(directions * rows));
  const bias = graph.add('Concat', [gateOrder(graph, inputBias, hidden), gateOrder(graph, recurrentBias, hidden)], {
    axis: 1,
  });
  const states = graph.add(
    'GRU',
    [
      graph.add('Transpose', [x], { perm: [1, 0, 2] }),
      gateOrder(graph, inputWeight, hidden),
      gateOrder(graph, recurrentName, hidden),
      bias,
    ],
    { hidden_size: hidden, linear_before_reset: 1, direction: directions === 2 ? 'bidirectional' : 'forward' },
  );
  // [steps, directions, batch, hidden] → [batch, steps, directions·hidden]; 0 keeps a dimension as it is.
  const batchFirst = graph.add('Transpose', [states], { perm: [2, 0, 1, 3] });
  graph.add('Reshape', [batchFirst, graph.list('shape', [0, 0, directions * hidden])], {}, result());
});
