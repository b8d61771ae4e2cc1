import { type BufferRef, grid, type KernelStep, type KernelVariants, read, write } from '../../graph/lowering.js';
import { ACTIVATION_CODES, type Activation, activationSource } from '../activation/activation.js';
import registerTileWgsl from '../register-tile.wgsl';
import directWgsl from './direct.wgsl';

export interface DirectConvolution {
  readonly name: 'conv1d' | 'conv1d input gradient';
  readonly batch: number;
  readonly channelsIn: number;
  readonly lengthIn: number;
  readonly channelsOut: number;
  readonly lengthOut: number;
  readonly kernel: number;
  readonly stride: number;
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
  readonly variants: KernelVariants;
  readonly flops: number;
}

const source = activationSource + registerTileWgsl + directWgsl;

/** Taps of eight channels' weights in workgroup memory at a time: 8 KiB, so that two workgroups fit in the default 16. */
const TAPS = 256;
const LANES = 64;
/** Threads of a workgroup by the variants of `conv1d`. */
const LANES_OF: ReadonlyMap<string | undefined, number> = new Map([
  ['32 threads', 32],
  ['128 threads', 128],
]);

/**
 * The one dispatch of a convolution, or of its input's gradient.
 *
 * Measured on Mesa's software adapter at batch 64, in CPU time against one thread an output: 48 → 64 channels over 40
 * samples, kernel 3: 8 against 46 ms; 24 → 48 over 80, kernel 5: 10 against 55 ms. 8 × 8 outputs a thread save another
 * quarter there, but leave a large GPU with half the threads, and these layers have few.
 */
export function directConvolution(convolution: DirectConvolution): KernelStep {
  const { name, batch, channelsIn, lengthIn, channelsOut, lengthOut, kernel, x, weight, bias, y } = convolution;
  const lanes = LANES_OF.get(convolution.variants['conv1d']) ?? LANES;
  const kernelBlock = Math.min(kernel, TAPS);
  const channelBlock = Math.min(channelsIn, Math.floor(TAPS / kernelBlock));
  const quads = batch * Math.ceil(lengthOut / 4);
  return {
    kernel: { name, source },
    constants: {
      LANES: lanes,
      BATCH: batch,
      CHANNELS_IN: channelsIn,
      LENGTH_IN: lengthIn,
      CHANNELS_OUT: channelsOut,
      LENGTH_OUT: lengthOut,
      KERNEL: kernel,
      STRIDE: convolution.stride,
      DILATION: convolution.dilation,
      PADDING: { i32: convolution.padding },
      REVERSED: convolution.reversed,
      CHANNEL_BLOCK: channelBlock,
      KERNEL_BLOCK: kernelBlock,
      HAS_BIAS: bias !== undefined,
      ACTIVATION: ACTIVATION_CODES[convolution.activation],
    },
    bindings: [read(x), read(weight), read(bias ?? weight), write(y)],
    workgroups: grid(Math.ceil(quads / lanes) * Math.ceil(channelsOut / 8)),
    requires: { invocations: lanes, workgroupBytes: channelBlock * kernelBlock * 8 * 4 },
    flops: convolution.flops,
  };
}
