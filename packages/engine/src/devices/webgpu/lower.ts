import { limitError } from '../../errors.js';
import type { DeviceLimits, KernelLimits, KernelStep, KernelVariants, Lowering } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import { BYTES_PER_ELEMENT } from './usage.js';

export interface LoweredNode {
  readonly steps: readonly KernelStep[];
  /** Lengths of the scratch memories, in the order they were asked for. */
  readonly scratch: readonly number[];
}

/** Turns a node into dispatches, and refuses what the device's limits do not allow before any pipeline is made. */
export function lower(node: Node, limits: KernelLimits, variants: KernelVariants): LoweredNode {
  const scratch: number[] = [];
  const lowering: Lowering = {
    ...node,
    limits,
    variants,
    input: (index) => ({ kind: 'input', index }),
    output: (index) => ({ kind: 'output', index }),
    scratch: (length) => ({ kind: 'scratch', index: scratch.push(length) - 1 }),
  };
  const steps = node.op.webgpu(lowering);
  const largest = Math.max(...scratch, ...[...node.inputs, ...node.outputs].map(({ size }) => size));
  for (const step of steps) checkLimits(step, limits, largest);
  return { steps, scratch };
}

function checkLimits(
  { kernel, bindings, workgroups, requires = {} }: KernelStep,
  limits: KernelLimits,
  largest: number,
): void {
  const { invocations = 0, workgroupBytes = 0 } = requires;
  const needs: { readonly [limit in keyof DeviceLimits]?: number } = {
    maxStorageBuffersPerShaderStage: bindings.length,
    maxComputeWorkgroupsPerDimension: Math.max(...workgroups),
    maxComputeInvocationsPerWorkgroup: invocations,
    maxComputeWorkgroupSizeX: invocations,
    maxStorageBufferBindingSize: largest * BYTES_PER_ELEMENT,
    maxComputeWorkgroupStorageSize: workgroupBytes,
  };
  for (const [limit, needed] of Object.entries(needs)) {
    const granted = limits[limit as keyof DeviceLimits];
    if (needed > granted) throw limitError(kernel.name, `${limit} of ${needed}`, granted);
  }
}
