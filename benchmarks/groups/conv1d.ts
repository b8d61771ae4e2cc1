import { conv1d } from '@ecgpu/engine';
import { lax } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs-core';
import conv1dWgsl from '../naive/conv1d.wgsl';
import { naiveEntry } from '../naive/naive-kernel.js';
import { OWN_DEVICES, WEBGPU, withControl } from '../peers/ecgpu.js';
import { expectedOf, kernelEntry, type OwnKernel } from '../peers/ecgpu-kernel.js';
import { jaxKernel } from '../peers/jax-kernel.js';
import { tfjsKernel } from '../peers/tfjs-kernel.js';
import type { PreparedGroup } from './group.js';
import { normals } from './matmul.js';

export interface ConvolutionShape {
  readonly layer: number;
  readonly channelsIn: number;
  readonly length: number;
  readonly channelsOut: number;
  readonly kernel: number;
}

/** The four convolutions of the beat network, padded so that the length stays. */
export const CONVOLUTIONS: readonly ConvolutionShape[] = [
  { layer: 1, channelsIn: 2, length: 160, channelsOut: 24, kernel: 7 },
  { layer: 2, channelsIn: 24, length: 80, channelsOut: 48, kernel: 5 },
  { layer: 3, channelsIn: 48, length: 40, channelsOut: 64, kernel: 3 },
  { layer: 4, channelsIn: 64, length: 40, channelsOut: 64, kernel: 3 },
];

export async function conv1dGroup(shape: ConvolutionShape, batch: number): Promise<PreparedGroup> {
  const { layer, channelsIn, length, channelsOut, kernel } = shape;
  const padding = (kernel - 1) / 2;
  const x = normals(1, [batch, channelsIn, length]);
  const weight = normals(2, [channelsOut, channelsIn, kernel]);
  const bias = normals(3, [channelsOut]);
  const own: OwnKernel = {
    operands: new Map(Object.entries({ x, weight, bias })),
    build: (operand) => conv1d(operand('x'), operand('weight'), operand('bias'), { padding }),
  };
  const expected = await expectedOf(own);
  const entries = OWN_DEVICES.map((device) => kernelEntry(device, own, expected));
  const naive = {
    source: conv1dWgsl,
    constants: { CHANNELS_IN: channelsIn, CHANNELS_OUT: channelsOut, LENGTH: length, KERNEL: kernel, PADDING: padding },
    inputs: [x.values, weight.values, bias.values],
    workgroups: [Math.ceil(length / 64), channelsOut, batch],
  } as const;
  // Channels last, as tfjs has it; its operands are brought there before anything is timed.
  const inTfjs = {
    operands: () => [
      tf.transpose(tf.tensor(x.values, [...x.shape]), [0, 2, 1]),
      tf.transpose(tf.tensor(weight.values, [...weight.shape]), [2, 1, 0]),
      tf.tensor(bias.values),
    ],
    run: ([signal, taps, offset]: readonly tf.Tensor[]) =>
      tf.add(tf.conv1d(signal as tf.Tensor3D, taps as tf.Tensor3D, 1, 'same'), offset!),
    arrange: (result: tf.Tensor) => tf.transpose(result, [0, 2, 1]),
  };
  return {
    group: {
      name: `conv1d, layer ${layer}`,
      what: `[${batch}, ${channelsIn}, ${length}] → [${batch}, ${channelsOut}, ${length}], kernel ${kernel}, with bias`,
      flops: 2 * batch * channelsOut * length * channelsIn * kernel,
      tolerance: 1e-5,
      reference: WEBGPU.name,
      entries: [
        ...withControl(entries[0]!),
        ...entries.slice(1),
        naiveEntry(naive, expected),
        ...(['webgpu', 'wasm'] as const).map((backend) => tfjsKernel(backend, inTfjs, expected)),
        ...(['webgpu', 'wasm'] as const).map((backend) =>
          jaxKernel(
            backend,
            [x, weight, bias],
            (signal, taps, offset) =>
              lax.convGeneralDilated(signal!, taps!, [1], 'SAME').add(offset!.reshape([1, -1, 1])),
            expected,
          ),
        ),
      ],
    },
    remove: () => {},
  };
}
