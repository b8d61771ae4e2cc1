import { activationSource } from '../activation/activation.js';
import addendNoneWgsl from '../epilogue/addend-none.wgsl';
import addendQuadsWgsl from '../epilogue/addend-quads.wgsl';
import largerWgsl from '../pool/larger.wgsl';
import channelQuadsWgsl from './channel-quads.wgsl';
import normaliseQuadsWgsl from './normalise-quads.wgsl';
import storeBothWgsl from './store-both.wgsl';
import storePooledWgsl from './store-pooled.wgsl';
import storeWholeWgsl from './store-whole.wgsl';

const STORES = { whole: storeWholeWgsl, pooled: storePooledWgsl, both: storeBothWgsl };

/** The kernel for CPUs, which other pages do not load. */
export function normaliseQuadsSource(adds = false, stores: keyof typeof STORES = 'whole'): string {
  const addend = adds ? addendQuadsWgsl : addendNoneWgsl;
  return activationSource + largerWgsl + channelQuadsWgsl + addend + STORES[stores] + normaliseQuadsWgsl;
}
