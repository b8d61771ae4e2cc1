import type { KernelVariants, Lowering } from '../../graph/lowering.js';
import type { Node } from '../../graph/node.js';
import { normWithEpilogue, trainingInQuads } from '../../ops/batch-norm/quads.js';
import type { Finish } from './finish.js';

/**
 * A batch norm by the variant `quads`, with what follows it; undefined where it stays as it is. A norm of training updates
 * state, so it stays where it stands, and what is added must have been computed by then.
 */
export function normInQuads(
  root: Node,
  finish: Finish | undefined,
  variants: KernelVariants,
): { fused: Node; chain: readonly Node[] } | undefined {
  const [x] = root.inputs;
  const length = x!.shape[2] ?? 1;
  const training = root.op.name === 'batchNormTraining';
  if (variants['elementwise'] !== 'quads' || length % 4 !== 0) return undefined;
  const steps = (lowering: Lowering) => (training ? trainingInQuads(root.op, lowering) : root.op.webgpu(lowering));
  if (finish === undefined || !isThere(finish.addend, root)) {
    return training ? { fused: { ...root, op: { ...root.op, webgpu: steps } }, chain: [] } : undefined;
  }
  const { chain, addend, activation, whole } = finish;
  const end = chain.at(-1)!.outputs[0]!;
  const webgpu = (lowering: Lowering) => {
    const { inputs, outputs } = root;
    const all = steps({ ...lowering, inputs, outputs, attributes: { ...root.attributes, activation } });
    const epilogue = {
      addend: addend && lowering.input(inputs.length),
      activation,
      stores: finish.pools
        ? ([whole && lowering.output(0), lowering.output(whole ? outputs.length : 0)] as const)
        : ([lowering.output(0)] as const),
    };
    return [...all.slice(0, -1), normWithEpilogue(all.at(-1)!, epilogue)];
  };
  const outputs = [whole ?? end, ...root.outputs.slice(1), ...(whole ? [end] : [])];
  const inputs = [...root.inputs, ...(addend ? [addend] : [])];
  return { fused: { ...root, op: { ...root.op, webgpu }, inputs, outputs }, chain };
}

/** Whether a tensor has been computed before a node. */
function isThere(tensor: Finish['addend'], { id }: Node): boolean {
  return tensor?.source.kind !== 'storage' && (tensor?.source.kind !== 'node' || tensor.source.node.id < id);
}
