import {
  type BufferRef,
  grid,
  type KernelLimits,
  type KernelStep,
  type KernelVariants,
  read,
  write,
} from '../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation, activationSource } from '../activation/activation.js';
import registerTileWgsl from '../register-tile.wgsl';
import directWgsl from './direct.wgsl';
import directOperandsWgsl from './direct-operands.wgsl';
import directStoreWgsl from './direct-store.wgsl';
import type { Conv1dExtent } from './extent.js';

export interface DirectConvolution extends Conv1dExtent {
  readonly name: 'conv1d' | 'conv1d input gradient';
  /** Distance of neighbouring samples of x: above 1 there are zeros between them. */
  readonly dilation: number;
  /** Zeros on the left of x; negative when its first samples are left out. */
  readonly padding: number;
  /** The weight lies as [channels in, channels out, kernel] and is applied backwards. */
  readonly reversed: boolean;
  readonly x: BufferRef;
  readonly weight: BufferRef;
  readonly bias?: BufferRef | undefined;
  readonly y: BufferRef;
  readonly activation: Activation;
  readonly limits: KernelLimits;
  readonly variants: KernelVariants;
  readonly flops: number;
}

const sharedOperands = activationSource + registerTileWgsl + directOperandsWgsl + directStoreWgsl;
const shared = sharedOperands + directWgsl;
const tiles = async () => sharedOperands + (await import('./direct-tiles.wgsl')).default;

/** Taps of eight channels' weights in workgroup memory at a time: 8 KiB, so that two workgroups fit in the default 16. */
const TAPS = 256;
/**
 * The one dispatch of a convolution, or of its input's gradient.
 *
 * By default weights lie in workgroup memory, 8 × 4 outputs a thread. Measured on Mesa's software adapter at batch 64, in
 * CPU time against one thread an output: 48 → 64 channels over 40 samples, kernel 3: 8 against 46 ms; 24 → 48 over 80,
 * kernel 5: 10 against 55 ms. 8 × 8 outputs a thread (`8 by 8`) leave a large GPU with half the threads, and these layers
 * have few; `4 by 4` gives it twice as many. Both are of the same sums in the same order.
 * The variants `unshared` and `subgroups`, for CPUs, have 8 × 8 and read everything from storage. On lavapipe, in CPU time
 * of two cores, the beat network's layers take by default 1.0, 3.9, 2.8 and 3.3 ms, `unshared` 0.5, 2.3, 2.0 and 2.6.
 * There every number is loaded lane by lane, in about 80 instructions for 8 of them and whatever their addresses, while a
 * product and its sum take 2 for all 8: `subgroups` loads a weight once for all threads of a subgroup, and twice the channels
 * for a sample, and takes 0.3, 0.8, 0.7 and 0.9 ms. Where subgroups of 8 threads are not certain it is `unshared`. Where all
 * weights are few enough to be written out as loads of constant addresses, which are one instruction for all lanes, both
 * do that: the first layer takes 0.17 ms.
 */
export function directConvolution(convolution: DirectConvolution): KernelStep {
  const { name, batch, channelsIn, lengthIn, channelsOut, lengthOut, kernel, x, weight, bias, y } = convolution;
  const { stride, dilation, activation, flops, limits, variants } = convolution;
  const constants = {
    BATCH: batch,
    CHANNELS_IN: channelsIn,
    LENGTH_IN: lengthIn,
    CHANNELS_OUT: channelsOut,
    LENGTH_OUT: lengthOut,
    KERNEL: kernel,
    STRIDE: stride,
    DILATION: dilation,
    PADDING: { i32: convolution.padding },
    REVERSED: convolution.reversed,
    HAS_BIAS: bias !== undefined,
    ACTIVATION: ACTIVATION_CODES[activation],
  };
  const bindings = [read(x), read(weight), read(bias ?? weight), write(y)];
  const variant = variants['conv1d'];
  const forCpus = variant === 'unshared' || variant === 'subgroups';
  const together = variant === 'subgroups' && limits.subgroupSize! >= 8;
  // Rows and stretches are even: among so many outputs written out, conditions take seconds to compile.
  const few =
    forCpus &&
    channelsOut <= 32 &&
    channelsIn * kernel <= 16 &&
    (lengthIn | lengthOut) % 8 === 0 &&
    (batch * lengthOut) % 128 === 0 &&
    stride * dilation === 1 &&
    constants.ACTIVATION < 2;
  const lanes = forCpus ? 16 : variant === '32 threads' ? 32 : variant === '128 threads' ? 128 : 64;
  const positions = forCpus || variant === '8 by 8' ? 8 : 4;
  const channels = few
    ? channelsOut
    : together && Math.ceil(channelsOut / 8) % 2 === 0
      ? 16 // Each sample is read half as often.
      : variant === '4 by 4'
        ? 4
        : 8;
  const workgroups = grid(
    Math.ceil((batch * Math.ceil(lengthOut / positions)) / lanes) * Math.ceil(channelsOut / channels),
  );
  if (forCpus) {
    const form = few ? 'few weights' : together ? variant : 'unshared';
    return {
      kernel: {
        name: `${name}, ${form}`,
        source: async () => (await import('./direct-for-cpus.js')).directForCpus(form, convolution),
      },
      constants: { ...constants, CHANNELS: channels, SUBGROUPS: together },
      bindings,
      workgroups,
      flops,
    };
  }
  const kernelBlock = Math.min(kernel, TAPS);
  const channelBlock = Math.min(channelsIn, Math.floor(TAPS / kernelBlock));
  return {
    kernel: channels > positions ? { name, source: shared } : { name: `${name}, ${variant}`, source: tiles },
    constants: {
      LANES: lanes,
      ...constants,
      CHANNELS: channels,
      POSITIONS: positions,
      CHANNEL_BLOCK: channelBlock,
      KERNEL_BLOCK: kernelBlock,
    },
    bindings,
    workgroups,
    flops,
  };
}
