import { activationSource } from '../activation/activation.js';
import addendNoneWgsl from '../epilogue/addend-none.wgsl';
import addendQuadsWgsl from '../epilogue/addend-quads.wgsl';
import storeBothWgsl from '../epilogue/store-both.wgsl';
import storePooledWgsl from '../epilogue/store-pooled.wgsl';
import storeWholeWgsl from '../epilogue/store-whole.wgsl';
import largerWgsl from '../pool/larger.wgsl';
import normaliseFinishedWgsl from './normalise-finished.wgsl';

const STORES = { whole: storeWholeWgsl, pooled: storePooledWgsl, both: storeBothWgsl };

/** The kernel for CPUs, which other pages do not load. */
export function normaliseFinishedSource(adds: boolean, stores: keyof typeof STORES): string {
  const addend = adds ? addendQuadsWgsl : addendNoneWgsl;
  return activationSource + largerWgsl + addend + STORES[stores] + normaliseFinishedWgsl;
}
