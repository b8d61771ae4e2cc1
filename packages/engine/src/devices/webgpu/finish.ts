import type { Node } from '../../graph/node.js';
import { sameShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Activation } from '../../ops/activation/activation.js';
import type { BatchNormInferenceAttributes } from '../../ops/batch-norm/batch-norm.js';
import type { BinaryAttributes } from '../../ops/binary/binary.js';
import type { PoolAttributes } from '../../ops/pool/extent.js';
import type { UnaryAttributes } from '../../ops/unary/unary.js';

/** What follows an op in a trace, its value read by nobody in between: pool(activation(norm(value) + addend)), parts of it left out. */
export interface Finish {
  /** The node that the chain ends with. */
  readonly last: Node;
  readonly norm: Node<BatchNormInferenceAttributes> | undefined;
  readonly addend: Tensor | undefined;
  readonly activation: Activation;
  /** By windows of two side by side. */
  readonly pools: boolean;
}

type Uses = ReadonlyMap<Tensor, readonly (Node | undefined)[]>;

const ACTIVATIONS: ReadonlySet<string> = new Set<Activation>(['relu', 'tanh', 'sigmoid']);

/** The longest chain behind a node, or undefined where there is none. Behind a gradient that is a sum at most. */
export function finishBehind(root: Node, uses: Uses, nodes: readonly Node[]): Finish | undefined {
  let last = root;
  let { activation = 'none' } = root.attributes as { readonly activation?: Activation };
  /** The one reader of the chain so far, where it is such an op; as the next of the chain if `fits`. */
  const follow = (name: string, fits: (reader: Node, value: Tensor) => boolean): Node | undefined => {
    const value = last.outputs[0]!;
    const [reader, ...others] = uses.get(value) ?? [];
    if (reader?.op.name !== name || others.length > 0 || !fits(reader, value)) return undefined;
    last = reader;
    return reader;
  };
  const isForward = root.op.name === 'conv1d';
  const isLinear = () => activation === 'none';
  const norm = follow(
    'batchNormInference',
    ({ inputs }, value) => isForward && isLinear() && inputs[0] === value,
  ) as Finish['norm'];
  activation = norm?.attributes.activation ?? activation;
  const sum = follow('binary', (node, value) => isLinear() && addendOf(node, value) !== undefined);
  const addend = sum?.inputs.find((input) => input !== root.outputs[0] && input !== norm?.outputs[0]);
  const unary = follow(
    'unary',
    ({ attributes }) => isForward && isLinear() && ACTIVATIONS.has((attributes as UnaryAttributes).function),
  );
  if (unary) activation = (unary.attributes as UnaryAttributes).function as Activation;
  const pools =
    follow('maxPool1d', ({ attributes }) => isForward && poolsPairs(attributes as PoolAttributes)) !== undefined;
  if (last === root || updatesState(nodes, root, last)) return undefined;
  return { last, norm, addend, activation, pools };
}

/** What is added to a value by a sum of equal shapes. */
function addendOf({ attributes, inputs }: Node, value: Tensor): Tensor | undefined {
  const other = inputs[0] === value ? inputs[1]! : inputs[0]!;
  return (attributes as BinaryAttributes).function === 'add' && sameShape(other.shape, value.shape) ? other : undefined;
}

const poolsPairs = ({ kernel, stride, padding }: PoolAttributes) => kernel === 2 && stride === 2 && padding === 0;

/** Whether state is updated between two nodes: the first, moved behind it, would read the new values. */
function updatesState(nodes: readonly Node[], from: Node, to: Node): boolean {
  return nodes.slice(nodes.indexOf(from) + 1, nodes.indexOf(to)).some(({ op }) => op.inPlace !== undefined);
}
