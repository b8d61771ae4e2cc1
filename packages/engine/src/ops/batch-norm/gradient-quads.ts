import { activationDerivativeSource } from '../activation/derivative.js';
import pairGradientsWgsl from '../pool/pair-gradients.wgsl';
import channelQuadsWgsl from './channel-quads.wgsl';
import type { BatchNormSlopes } from './gradient.js';
import inputWgsl from './gradient-input-quads.wgsl';
import sumsWgsl from './gradient-sums-quads.wgsl';
import pooledWgsl from './slopes-pooled.wgsl';
import recomputedWgsl from './slopes-recomputed.wgsl';
import storedWgsl from './slopes-stored.wgsl';

const SLOPES = { stored: storedWgsl, recomputed: recomputedWgsl, pooled: pairGradientsWgsl + pooledWgsl };

/** The kernels for CPUs, which other pages do not load. */
export function gradientQuadsSource(kernel: 'sums' | 'input', slopes: NonNullable<BatchNormSlopes['slopes']>): string {
  return activationDerivativeSource + channelQuadsWgsl + SLOPES[slopes] + (kernel === 'sums' ? sumsWgsl : inputWgsl);
}
