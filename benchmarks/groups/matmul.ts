import { matmul, type ParameterValue, RandomGenerator } from '@ecgpu/engine';
import { numpy as np } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs-core';
import matmulWgsl from '../naive/matmul.wgsl';
import { naiveEntry } from '../naive/naive-kernel.js';
import { OWN_DEVICES, WEBGPU, withControl } from '../peers/ecgpu.js';
import { expectedOf, kernelEntry, type OwnKernel } from '../peers/ecgpu-kernel.js';
import { jaxKernel } from '../peers/jax-kernel.js';
import { SIMD_PEAK, simdPeak } from '../peers/simd-peak.js';
import { tfjsKernel } from '../peers/tfjs-kernel.js';
import type { PreparedGroup } from './group.js';

export function normals(seed: number, shape: readonly number[]): ParameterValue {
  const random = new RandomGenerator(seed, 0);
  const length = shape.reduce((product, size) => product * size, 1);
  return { shape, values: Float32Array.from({ length }, () => random.normal()) };
}

/** Square matrices of `size`, lying on the device. */
export async function matmulGroup(size: number): Promise<PreparedGroup> {
  const [a, b] = [normals(1, [size, size]), normals(2, [size, size])];
  const kernel: OwnKernel = {
    operands: new Map([
      ['a', a],
      ['b', b],
    ]),
    build: (operand) => matmul(operand('a'), operand('b')),
  };
  const expected = await expectedOf(kernel);
  const own = OWN_DEVICES.map((device) => kernelEntry(device, kernel, expected));
  const inTfjs = {
    operands: () => [a, b].map(({ values }) => tf.tensor2d(values, [size, size])),
    run: ([x, y]: readonly tf.Tensor2D[]) => tf.matMul(x!, y!),
  };
  const groups = Math.ceil(size / 16);
  const naive = {
    source: matmulWgsl,
    constants: { M: size, N: size, K: size },
    inputs: [a.values, b.values],
    workgroups: [groups, groups, 1],
  } as const;
  return {
    group: {
      name: `matmul ${size}³`,
      what: `c = a·b of [${size}, ${size}], operands on the device`,
      flops: 2 * size ** 3,
      // Sums of `size` products: size·2⁻²⁴ of Σ|ab| at most, which is far above the largest |c|.
      tolerance: 1e-4,
      reference: WEBGPU.name,
      simdPeak: SIMD_PEAK,
      entries: [
        ...withControl(own[0]!),
        ...withControl(own[1]!),
        ...own.slice(2),
        simdPeak(2 * size ** 3),
        naiveEntry(naive, expected),
        ...(['webgpu', 'wasm'] as const).map((backend) => tfjsKernel(backend, inTfjs, expected)),
        ...(['webgpu', 'wasm'] as const).map((backend) =>
          jaxKernel(backend, [a, b], (p, q) => np.matmul(p!, q!), expected),
        ),
      ],
    },
    remove: () => {},
  };
}
