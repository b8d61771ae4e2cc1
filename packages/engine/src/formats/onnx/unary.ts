import type { UnaryAttributes, UnaryFunction } from '../../ops/unary/unary.js';
import type { OnnxGraph } from './graph.js';
import { onnxRule } from './rule.js';

const OPERATORS = {
  relu: 'Relu',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  abs: 'Abs',
  softplus: 'Softplus',
} as const satisfies Partial<Record<UnaryFunction, string>>;

export const unaryRule = onnxRule<UnaryAttributes>(({ graph, names, attributes, result }) => {
  const x = names[0]!;
  switch (attributes.function) {
    case 'square':
      graph.add('Mul', [x, x], {}, result());
      break;
    case 'gelu':
      gelu(graph, x, result());
      break;
    default:
      graph.add(OPERATORS[attributes.function], [x], {}, result());
  }
});

/** x/2 · (1 + tanh(√(2/π)(x + 0.044715x³))); opset 17 has no operator for it. */
function gelu(graph: OnnxGraph, x: string, output: string): void {
  const number = (name: string, value: number) => graph.floats(name, [], Float32Array.of(value));
  const cube = graph.add('Mul', [graph.add('Mul', [x, x]), x]);
  const inner = graph.add('Add', [x, graph.add('Mul', [cube, number('gelu_cubic', 0.044715)])]);
  const bent = graph.add('Tanh', [graph.add('Mul', [inner, number('gelu_slope', Math.sqrt(2 / Math.PI))])]);
  const half = graph.add('Mul', [x, number('half', 0.5)]);
  graph.add('Mul', [half, graph.add('Add', [bent, number('one', 1)])], {}, output);
}
