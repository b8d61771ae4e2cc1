import type { Node } from '../../graph/node.js';
import { sameShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Uses } from '../../graph/uses.js';
import type { Activation } from '../../ops/activation/activation.js';
import type { BatchNormInferenceAttributes } from '../../ops/batch-norm/batch-norm.js';
import type { BinaryAttributes } from '../../ops/binary/binary.js';
import type { PoolAttributes } from '../../ops/pool/extent.js';
import type { UnaryAttributes } from '../../ops/unary/unary.js';

/**
 * What follows an op in a trace, its value read by nobody in between: pool(activation(norm(value) + addend)), parts of it left
 * out.
 */
export interface Finish {
  /** The nodes behind the op, in order. */
  readonly chain: readonly Node[];
  readonly norm: Node<BatchNormInferenceAttributes> | undefined;
  readonly addend: Tensor | undefined;
  readonly activation: Activation;
  /** By windows of two side by side. */
  readonly pools: boolean;
  /** What is pooled, if it is read by others too. */
  readonly whole: Tensor | undefined;
}

const ACTIVATIONS: ReadonlySet<string> = new Set<Activation>(['relu', 'tanh', 'sigmoid']);

/** The longest chain behind a node, or undefined where there is none. Behind a gradient that is a sum at most. */
export function finishBehind(root: Node, uses: Uses): Finish | undefined {
  const chain: Node[] = [];
  const value = () => (chain.at(-1) ?? root).outputs[0]!;
  let { activation = 'none' } = root.attributes as { readonly activation?: Activation };
  const isForward = root.op.name !== 'conv1dInputGradient';
  /** The one reader of the chain so far, now its end, if it is such an op and `fits`. */
  const follow = (name: string, fits: (reader: Node) => boolean): Node | undefined => {
    const [reader, ...others] = uses.get(value()) ?? [];
    if (reader?.op.name !== name || others.length > 0 || !fits(reader)) return undefined;
    chain.push(reader);
    return reader;
  };
  const isLinear = () => activation === 'none';
  const norm = follow(
    'batchNormInference',
    ({ inputs }) => root.op.name === 'conv1d' && isLinear() && inputs[0] === value(),
  ) as Finish['norm'];
  activation = norm?.attributes.activation ?? activation;
  const summand = value();
  const sum = follow('binary', (node) => isLinear() && addendOf(node, summand) !== undefined);
  const addend = sum && addendOf(sum, summand);
  const unary = follow(
    'unary',
    ({ attributes }) => isForward && isLinear() && ACTIVATIONS.has((attributes as UnaryAttributes).function),
  );
  if (unary) activation = (unary.attributes as UnaryAttributes).function as Activation;
  const pooled = value();
  const readers = uses.get(pooled) ?? [];
  const pool = readers.find(
    (reader) => reader?.op.name === 'maxPool1d' && poolsPairs(reader.attributes as PoolAttributes),
  );
  const pools = isForward && pool !== undefined;
  if (pools) chain.push(pool);
  if (chain.length === 0) return undefined;
  return { chain, norm, addend, activation, pools, whole: pools && readers.length > 1 ? pooled : undefined };
}

/** What is added to a value by a sum of equal shapes. */
function addendOf({ attributes, inputs }: Node, value: Tensor): Tensor | undefined {
  const other = inputs[0] === value ? inputs[1]! : inputs[0]!;
  return (attributes as BinaryAttributes).function === 'add' && sameShape(other.shape, value.shape) ? other : undefined;
}

const poolsPairs = ({ kernel, stride, padding }: PoolAttributes) => kernel === 2 && stride === 2 && padding === 0;
