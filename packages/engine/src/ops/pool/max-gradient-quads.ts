import { activationDerivativeSource } from '../activation/derivative.js';
import maxGradientQuadsWgsl from './max-gradient-quads.wgsl';
import pairGradientsWgsl from './pair-gradients.wgsl';

/** The max pool's gradient for CPUs. */
export const maxGradientQuadsSource: string = activationDerivativeSource + pairGradientsWgsl + maxGradientQuadsWgsl;
