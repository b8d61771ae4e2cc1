import type { KernelLimits, KernelVariants } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import type { Trace } from '../../graph/trace.js';
import { usesOf } from '../../graph/uses.js';
import { finishBehind } from './finish.js';
import { fuseGradients } from './fuse-gradients.js';
import { convolutionWithFinish } from './fused-convolution.js';
import { normInQuads } from './fused-norm.js';
import { isUpdatedBetween } from './update-between.js';

/**
 * Puts neighbours of a trace into one node where one dispatch computes them: what follows an op, and nobody else reads, becomes an
 * epilogue of its kernel, and gradients are made together. The trace's own list of nodes is changed; nobody else reads it.
 */
export function fuse(trace: Trace, limits: KernelLimits, variantsOf: (node: Node) => KernelVariants): void {
  const { nodes } = trace.graph;
  fuseGradients(trace, variantsOf);
  const uses = usesOf(trace);
  for (const root of [...nodes]) {
    const { name } = root.op;
    if (name === 'conv1d' || name === 'conv1dInputGradient') fuseConvolution(root);
    // What became a convolution's epilogue is no longer there.
    if (name.startsWith('batchNorm') && name !== 'batchNormGradient' && nodes.includes(root)) fuseNorm(root);
  }

  /** The fused node stands where its last one stood, so that all it reads has been computed. */
  function fuseConvolution(root: Node): void {
    const finish = finishBehind(root, uses);
    const fused = finish && convolutionWithFinish(root, finish, { limits, variants: variantsOf(root) });
    if (fused === undefined) return;
    const { chain } = finish!;
    const last = chain.at(-1)!;
    if ([root, ...chain].some((node) => node.inputs.some((input) => isUpdatedBetween(nodes, node, last, input))))
      return;
    nodes[nodes.indexOf(last)] = fused;
    remove([root, ...chain.slice(0, -1)]);
  }

  /** The fused node stands where the norm stood. */
  function fuseNorm(root: Node): void {
    const found = normInQuads(root, finishBehind(root, uses), variantsOf(root));
    if (found === undefined) return;
    nodes[nodes.indexOf(root)] = found.fused;
    remove(found.chain);
  }

  function remove(gone: readonly Node[]): void {
    for (const node of gone) nodes.splice(nodes.indexOf(node), 1);
  }
}
