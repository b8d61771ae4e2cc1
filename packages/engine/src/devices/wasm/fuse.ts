import type { Node } from '../../graph/node.js';
import type { Trace } from '../../graph/trace.js';
import { usesOf } from '../../graph/uses.js';
import type { BatchNormGradientAttributes } from '../../ops/batch-norm/gradient.js';
import { type PoolAttributes, poolExtent } from '../../ops/pool/extent.js';

/** What a batch norm's gradient is told when its dy is the gradient of the pooling behind it. */
export interface PooledGradient {
  /** dy's rows are those of a pooling of two: half as long as x's. */
  readonly pooled?: true;
}

/** Values that a pass over pairs of samples takes at a time. */
const PAIRS = 8;

/**
 * Puts neighbours of a trace into one node where a kernel computes both in one pass over memory: at 256 beats a pass over the
 * first layers' activations costs as much as moving them, 4 MB each. The trace's own list of nodes is changed; nobody else
 * reads it. Sums keep their order and roundings their place, so that the bits stay what they were.
 */
export function fuse(trace: Trace): void {
  const { graph } = trace;
  const uses = usesOf(trace);
  for (const [index, node] of graph.nodes.entries()) {
    const pooling = poolingBefore(node);
    if (pooling === undefined || uses.get(pooling.outputs[0]!)?.length !== 1) continue;
    const attributes = { ...node.attributes, pooled: true } satisfies PooledGradient;
    graph.nodes[index] = { ...node, attributes, inputs: [pooling.inputs[0]!, ...node.inputs.slice(1)] };
  }
}

/** The gradient of a pooling of two that a rectified batch norm's gradient starts from, its maxima found in the norm's own y. */
function poolingBefore({ op, attributes, inputs: [dy, , y] }: Node): Node | undefined {
  if (op.name !== 'batchNormGradient' || dy?.source.kind !== 'node') return undefined;
  if ((attributes as BatchNormGradientAttributes).activation !== 'relu') return undefined;
  const { node } = dy.source;
  if (node.op.name !== 'maxPool1dGradient' || node.inputs[1] !== y) return undefined;
  const { kernel, stride, padding, lengthIn } = poolExtent('pool', dy, node.attributes as PoolAttributes);
  return kernel === 2 && stride === 2 && padding === 0 && lengthIn % PAIRS === 0 ? node : undefined;
}
