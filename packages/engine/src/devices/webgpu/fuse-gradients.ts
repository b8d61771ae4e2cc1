import type { KernelVariants } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Trace } from '../../graph/trace.js';
import { usesOf } from '../../graph/uses.js';
import type { BatchNormSlopes } from '../../ops/batch-norm/gradient.js';
import { type PoolAttributes, poolExtent, poolsQuads } from '../../ops/pool/extent.js';
import type { PooledActivation } from '../../ops/pool/gradient.js';
import type { UnaryAttributes } from '../../ops/unary/unary.js';
import { isUpdatedBetween } from './update-between.js';

/**
 * What the variant `quads` has for gradients: a batch norm's computes y again instead of reading it, and takes that of a max pool
 * behind it along; that of an activation behind a sum is made together with that of its max pool. What is then read by nobody
 * is not even stored in the forward pass.
 */
export function fuseGradients(trace: Trace, variantsOf: (node: Node) => KernelVariants): void {
  const { nodes } = trace.graph;
  const uses = usesOf(trace);
  for (const node of [...nodes]) {
    if (variantsOf(node)['elementwise'] !== 'quads') continue;
    const [dy, , y] = node.inputs;
    // The gradient of a max pool that nobody else reads.
    const made = dy && madeBy(dy, 'maxPool1dGradient');
    const pool = made && uses.get(dy)!.length === 1 && poolsPairs(made) ? made : undefined;
    let fused: Node | undefined;
    if (node.op.name === 'batchNormGradient') fused = fromNorm(node, pool?.inputs[1] === y ? pool : undefined, nodes);
    else if (node.op.name === 'unaryGradient') fused = pool && fromActivation(node, pool);
    if (fused === undefined) continue;
    nodes[nodes.indexOf(node)] = fused;
    if (pool && !fused.inputs.includes(dy!)) nodes.splice(nodes.indexOf(pool), 1);
  }
}

const poolsPairs = ({ inputs: [, x], attributes }: Node) =>
  poolsQuads(poolExtent('pool', x!, attributes as PoolAttributes));

/** A batch norm's gradient without its y, from what the norm was made of, and from the gradient of the pool behind it. */
function fromNorm(node: Node, pool: Node | undefined, nodes: readonly Node[]): Node | undefined {
  const [dy, x, y, ...statistics] = node.inputs as [Tensor, Tensor, Tensor, ...Tensor[]];
  const norm = madeBy(y, 'batchNormTraining') ?? madeBy(y, 'batchNormInference');
  if (norm === undefined || norm.inputs[0] !== x || x.shape.length !== 3 || x.shape[2]! % 4 !== 0) return undefined;
  const bias = norm.inputs[2]!;
  if (isUpdatedBetween(nodes, norm, node, bias)) return undefined;
  const attributes = { ...node.attributes, slopes: pool ? 'pooled' : 'recomputed' } satisfies BatchNormSlopes;
  return { ...node, attributes, inputs: [pool?.inputs[0] ?? dy, x, bias, ...statistics] };
}

/** An activation's gradient together with that of the max pool behind it. */
function fromActivation(node: Node, pool: Node): Node | undefined {
  const y = pool.inputs[1]!;
  const value = node.inputs[1]!;
  const { function: name } = node.attributes as UnaryAttributes;
  if (name !== 'relu' && name !== 'tanh' && name !== 'sigmoid') return undefined;
  const unary = madeBy(y, 'unary');
  if (unary === undefined || (unary.attributes as UnaryAttributes).function !== name) return undefined;
  if (value !== y && value !== unary.inputs[0]) return undefined;
  const attributes = { ...pool.attributes, through: name } satisfies PooledActivation;
  return { ...pool, id: node.id, attributes, outputs: node.outputs };
}

function madeBy({ source }: Tensor, name: string): Node | undefined {
  return source.kind === 'node' && source.output === 0 && source.node.op.name === name ? source.node : undefined;
}
