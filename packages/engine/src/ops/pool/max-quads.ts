import { isNanSource } from '../activation/activation.js';
import largerWgsl from './larger.wgsl';
import maxQuadsWgsl from './max-quads.wgsl';

/** The max pool for CPUs. */
export const maxQuadsSource: string = isNanSource + largerWgsl + maxQuadsWgsl;
