import type { BatchNormInferenceAttributes } from '../../ops/batch-norm/batch-norm.js';
import type { BinaryAttributes } from '../../ops/binary/binary.js';
import type { ConcatAttributes } from '../../ops/concat/concat.js';
import type { SliceAttributes } from '../../ops/concat/slice.js';
import type { Conv1dAttributes } from '../../ops/conv1d/conv1d.js';
import type { FillAttributes } from '../../ops/fill/fill.js';
import type { LinearAttributes } from '../../ops/matmul/linear.js';
import type { MatmulAttributes } from '../../ops/matmul/matmul.js';
import type { OpName } from '../../ops/op-name.js';
import type { PoolAttributes } from '../../ops/pool/extent.js';
import type { ReduceAttributes } from '../../ops/reduce/reduce.js';
import type { ScaleAttributes } from '../../ops/scale/scale.js';
import type { TransposeAttributes } from '../../ops/transpose/transpose.js';
import { gruRecurrenceRule } from './gru.js';
import { activated, type OnnxCall, type OnnxRule, onnxRule } from './rule.js';
import { unaryRule } from './unary.js';

const BINARY = { add: 'Add', subtract: 'Sub', multiply: 'Mul', divide: 'Div' } as const;

const swapLast = (rank: number): number[] => [...Array(rank - 2).keys(), rank - 1, rank - 2];

function matmul({ graph, inputs, names, attributes, result }: OnnxCall<MatmulAttributes>): void {
  const operand = (index: number, transposed: boolean) =>
    transposed
      ? graph.add('Transpose', [names[index]!], { perm: swapLast(inputs[index]!.shape.length) })
      : names[index]!;
  graph.add('MatMul', [operand(0, attributes.transposeA), operand(1, attributes.transposeB)], {}, result());
}

/** Gemm takes matrices only; other ranks are a MatMul. */
function linear(call: OnnxCall<LinearAttributes>): void {
  const { graph, inputs, names, attributes } = call;
  activated(call, attributes.activation, (output) => {
    if (inputs[0]!.shape.length === 2) return graph.add('Gemm', names, { transB: 1 }, output);
    const weight = graph.add('Transpose', [names[1]!], { perm: [1, 0] });
    if (names[2] === undefined) return graph.add('MatMul', [names[0]!, weight], {}, output);
    return graph.add('Add', [graph.add('MatMul', [names[0]!, weight]), names[2]], {}, output);
  });
}

function attentionPool({ graph, names: [values, keys, query], result }: OnnxCall): void {
  const weights = graph.add('Softmax', [graph.add('MatMul', [keys!, query!])], { axis: -1 }, result(1));
  const axis = graph.list('axis', [1]);
  const context = graph.add('MatMul', [graph.add('Unsqueeze', [weights, axis]), values!]);
  graph.add('Squeeze', [context, axis], {}, result(0));
}

function reshape({ graph, inputs: [x], outputs: [y], names, batchAxis, result }: OnnxCall): void {
  const shape = batchAxis(x!) === undefined ? y!.shape : [-1, ...y!.shape.slice(1)];
  graph.add('Reshape', [names[0]!, graph.list('shape', shape)], {}, result());
}

function pool(operator: string, fixed: Readonly<Record<string, number>> = {}): OnnxRule {
  return onnxRule<PoolAttributes>(({ graph, names, attributes: { kernel, stride, padding }, result }) => {
    const window = { kernel_shape: [kernel], strides: [stride], pads: [padding, padding] };
    graph.add(operator, names, { ...window, ...fixed }, result());
  });
}

/** How each op of an inference graph is written in ONNX; ops that are not here belong to training or to data. */
export const onnxRules: Readonly<Partial<Record<OpName, OnnxRule>>> = {
  attentionPool,
  averagePool1d: pool('AveragePool', { count_include_pad: 1 }),
  batchNormInference: onnxRule<BatchNormInferenceAttributes>((call) => {
    const { graph, names, attributes } = call;
    activated(call, attributes.activation, (output) =>
      graph.add('BatchNormalization', names, { epsilon: { float: attributes.epsilon } }, output),
    );
  }),
  binary: onnxRule<BinaryAttributes>(({ graph, names, attributes, result }) => {
    graph.add(BINARY[attributes.function], names, {}, result());
  }),
  concat: onnxRule<ConcatAttributes>(({ graph, names, attributes, result }) => {
    graph.add('Concat', names, { axis: attributes.axis }, result());
  }),
  conv1d: onnxRule<Conv1dAttributes>((call) => {
    const { graph, names, attributes } = call;
    const { stride, padding, activation } = attributes;
    activated(call, activation, (output) =>
      graph.add('Conv', names, { strides: [stride], pads: [padding, padding] }, output),
    );
  }),
  fill: onnxRule<FillAttributes>(({ graph, attributes: { shape, value }, result }) => {
    const one = graph.floats('fill_value', [], Float32Array.of(value));
    graph.add('Expand', [one, graph.list('shape', shape)], {}, result());
  }),
  gruRecurrence: gruRecurrenceRule,
  linear: onnxRule(linear),
  matmul: onnxRule(matmul),
  maxPool1d: pool('MaxPool'),
  reduce: onnxRule<ReduceAttributes>(({ graph, names, attributes, result }) => {
    const { axis } = attributes;
    if (attributes.function === 'sum') {
      graph.add('ReduceSum', [names[0]!, graph.list('axes', [axis])], { keepdims: 0 }, result());
    } else graph.add('ReduceMean', names, { axes: [axis], keepdims: 0 }, result());
  }),
  reshape,
  scale: onnxRule<ScaleAttributes>(({ graph, names, attributes, result }) => {
    const factor = graph.floats('factor', [], Float32Array.of(attributes.factor));
    graph.add('Mul', [names[0]!, factor], {}, result());
  }),
  slice: onnxRule<SliceAttributes>(({ graph, names, attributes: { axis, from, to }, result }) => {
    const bounds = [graph.list('from', [from]), graph.list('to', [to]), graph.list('axes', [axis])];
    graph.add('Slice', [names[0]!, ...bounds], {}, result());
  }),
  softmax: ({ graph, names, result }) => {
    graph.add('Softmax', names, { axis: -1 }, result());
  },
  transpose: onnxRule<TransposeAttributes>(({ graph, names, attributes, result }) => {
    graph.add('Transpose', names, { perm: attributes.axes }, result());
  }),
  unary: unaryRule,
};
