import { EngineError } from '../../errors.js';
import type { DeviceLimits, KernelLimits, KernelStep, KernelVariants, Lowering } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';

export interface LoweredNode {
  readonly steps: readonly KernelStep[];
  /** Lengths of the scratch memories, in the order they were asked for. */
  readonly scratch: readonly number[];
}

/** Turns a node into dispatches, and refuses what the device's limits do not allow before any pipeline is made. */
export function lower(node: Node, limits: KernelLimits, variants: KernelVariants): LoweredNode {
  const scratch: number[] = [];
  const lowering: Lowering = {
    inputs: node.inputs,
    outputs: node.outputs,
    attributes: node.attributes,
    limits,
    variants,
    input: (index) => ({ kind: 'input', index }),
    output: (index) => ({ kind: 'output', index }),
    scratch: (length) => ({ kind: 'scratch', index: scratch.push(length) - 1 }),
  };
  const steps = node.op.webgpu(lowering);
  for (const step of steps) checkLimits(step, limits);
  return { steps, scratch };
}

function checkLimits({ kernel, bindings, workgroups, requires = {} }: KernelStep, limits: KernelLimits): void {
  const checks: [what: string, needed: number, limit: keyof DeviceLimits][] = [
    ['storage buffers', bindings.length, 'maxStorageBuffersPerShaderStage'],
    ['workgroups in one dimension', Math.max(...workgroups), 'maxComputeWorkgroupsPerDimension'],
    ['threads in a workgroup', requires.invocations ?? 0, 'maxComputeInvocationsPerWorkgroup'],
    ['threads along x', requires.invocations ?? 0, 'maxComputeWorkgroupSizeX'],
    ['bytes of workgroup memory', requires.workgroupBytes ?? 0, 'maxComputeWorkgroupStorageSize'],
  ];
  for (const [what, needed, limit] of checks) {
    if (needed <= limits[limit]) continue;
    throw new EngineError('LIMIT_EXCEEDED', `${kernel.name} needs ${needed} ${what}, the device has ${limits[limit]}`, {
      where: kernel.name,
      fix: `Use smaller shapes, or a device with a larger ${limit}.`,
    });
  }
}
