import { type BufferRef, type KernelStep, type KernelVariants, read, sourceOf } from '../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation } from '../activation/activation.js';
import addendEachWgsl from '../epilogue/addend-each.wgsl';
import addendNoneWgsl from '../epilogue/addend-none.wgsl';
import addendQuadsWgsl from '../epilogue/addend-quads.wgsl';
import largerWgsl from '../pool/larger.wgsl';
import directStoreWgsl from './direct-store.wgsl';
import storeEightFinishedWgsl from './store-eight-finished.wgsl';
import storeFinishedWgsl from './store-finished.wgsl';
import termsBiasWgsl from './terms-bias.wgsl';
import termsNormWgsl from './terms-norm.wgsl';

/** y = pool(activation(norm(convolution) + addend)); what is absent is left out. */
export interface ConvolutionEpilogue {
  /** A batch norm by running statistics: its epsilon, and its weight, bias, mean and variance. */
  readonly norm: { readonly epsilon: number; readonly tensors: readonly BufferRef[] } | undefined;
  readonly addend: BufferRef | undefined;
  readonly activation: Activation;
  /** A max pool by windows of two side by side. */
  readonly pools: boolean;
}

/** Whether a convolution is computed by a kernel for CPUs, which stores eight neighbours at a time. */
export const storesEight = ({ conv1d }: KernelVariants): boolean => conv1d === 'unshared' || conv1d === 'subgroups';

/** A convolution's dispatch that stores through an epilogue. Roundings stay where they are with a dispatch for each op. */
export function withEpilogue(
  { kernel, constants, bindings, ...step }: KernelStep,
  { norm, addend, activation, pools }: ConvolutionEpilogue,
): KernelStep {
  const tensors = norm?.tensors ?? [];
  const parts = [norm && 'norm', addend && 'add', activation !== 'none' && activation, pools && 'pool'];
  const source = (quads: boolean) =>
    (norm ? termsNormWgsl : termsBiasWgsl) +
    (addend ? (quads ? addendQuadsWgsl : addendEachWgsl) : addendNoneWgsl) +
    largerWgsl +
    (quads ? storeEightFinishedWgsl : storeFinishedWgsl);
  return {
    ...step,
    kernel: {
      name: `${kernel.name}, ${parts.filter(Boolean).join(' ')}`,
      source: async () => storingThrough(source, await sourceOf(kernel), constants['LENGTH_OUT'] as number),
    },
    constants: {
      ...constants,
      ACTIVATION: ACTIVATION_CODES[activation],
      POOLS: pools,
      ...(norm && { EPSILON: { f32: norm.epsilon } }),
      ...(addend && { ADDEND: bindings.length + tensors.length }),
    },
    bindings: [...bindings, ...[...tensors, ...(addend ? [addend] : [])].map(read)],
  };
}

/** The text of any convolution kernel with another piece in place of the one that it stores through. */
async function storingThrough(source: (quads: boolean) => string, text: string, lengthOut: number): Promise<string> {
  if (text.includes(directStoreWgsl)) return text.replace(directStoreWgsl, () => source(false));
  // It is one for CPUs then, which are loaded only where they run.
  const { storeForCpus } = await import('./direct-for-cpus.js');
  return text.replace(storeForCpus(lengthOut), () => source(true));
}
