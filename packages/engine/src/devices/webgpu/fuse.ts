import type { KernelLimits, KernelVariants } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import type { Trace } from '../../graph/trace.js';
import { usesOf } from '../../graph/uses.js';
import { finishBehind } from './finish.js';
import { convolutionWithFinish } from './fused-convolution.js';

/**
 * Puts neighbours of a trace into one node where one dispatch computes them: what follows an op, and nobody else reads, becomes an
 * epilogue of its kernel. The trace's own list of nodes is changed; nobody else reads it. A fused node stands where its last one
 * stood, so that all it reads has been computed; the nodes before it are no longer asked for, and so not scheduled.
 */
export function fuse(trace: Trace, limits: KernelLimits, variantsOf: (node: Node) => KernelVariants): void {
  const { nodes } = trace.graph;
  const uses = usesOf(trace);
  for (const root of [...nodes]) {
    if (root.op.name !== 'conv1d' && root.op.name !== 'conv1dInputGradient') continue;
    const finish = finishBehind(root, uses, nodes);
    const fused = finish && convolutionWithFinish(root, finish, { limits, variants: variantsOf(root) });
    if (fused) nodes[nodes.indexOf(finish.last)] = fused;
  }
}
