import type { KernelLimits, KernelVariants, Lowering } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import { storesEight, withEpilogue } from '../../ops/conv1d/epilogue.js';
import type { Finish } from './finish.js';

/** Bindings of a convolution, and of the batch norm behind it. */
const [CONVOLUTION, NORM] = [4, 4];

/** A convolution and what follows it as one node; undefined where the device or the kernel cannot. */
export function convolutionWithFinish(
  root: Node,
  { chain, norm, addend, activation, pools, whole }: Finish,
  { limits, variants }: { limits: KernelLimits; variants: KernelVariants },
): Node | undefined {
  if (whole) return undefined;
  const bindings = CONVOLUTION + (norm ? NORM : 0) + (addend ? 1 : 0);
  if (bindings > limits.maxStorageBuffersPerShaderStage) return undefined;
  if (storesEight(variants) && root.outputs[0]!.shape[2]! % 8 !== 0) return undefined;
  const behind = [...(norm?.inputs.slice(1) ?? []), ...(addend ? [addend] : [])];
  const webgpu = (lowering: Lowering) => {
    const { inputs, outputs } = root;
    const refs = behind.map((_, index) => lowering.input(inputs.length + index));
    const epilogue = {
      norm: norm && { epsilon: norm.attributes.epsilon, tensors: refs.slice(0, NORM) },
      addend: addend && refs.at(-1),
      activation,
      pools,
    };
    const attributes = { ...root.attributes, activation };
    return root.op.webgpu({ ...lowering, inputs, outputs, attributes }).map((step) => withEpilogue(step, epilogue));
  };
  return {
    ...root,
    id: chain.at(-1)!.id,
    op: { ...root.op, webgpu },
    inputs: [...root.inputs, ...behind],
    outputs: chain.at(-1)!.outputs,
  };
}
