import { lower } from '../devices/webgpu/lower.js';
import type { KernelLimits, KernelVariants } from '../graph/lowering.js';
import type { Node } from '../graph/node.js';

/**
 * What nodes are dispatched as, each by its variants: equal texts compute in the same way, whatever the variants are called.
 * Throws LIMIT_EXCEEDED for what the limits do not allow.
 */
export function dispatchText(
  nodes: readonly Node[],
  limits: KernelLimits,
  variantsOf: (node: Node) => KernelVariants,
): string {
  return JSON.stringify(nodes.map((node) => lower(node, limits, variantsOf(node))));
}
