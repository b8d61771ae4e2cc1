import accumulateBroadcastWgsl from '../accumulate-broadcast.wgsl';
import { activationSource, isNanSource } from '../activation/activation.js';
import rectifyWgsl from '../activation/rectify.wgsl';
import registerTileWgsl from '../register-tile.wgsl';
import storeEachWgsl from '../store-each.wgsl';
import storeQuadsWgsl from '../store-quads.wgsl';
import type { DirectConvolution } from './direct.js';
import fewWeightsWgsl from './direct-few-weights.wgsl';
import subgroupsWgsl from './direct-subgroups.wgsl';
import unsharedWgsl from './direct-unshared.wgsl';
import readEachWgsl from './read-each.wgsl';
import readQuadsWgsl from './read-quads.wgsl';
import storeEightWgsl from './store-eight.wgsl';
import storeTileWgsl from './store-tile.wgsl';
import termsBiasWgsl from './terms-bias.wgsl';

/** The kernels for CPUs, which pages without one do not load. */
export function directForCpus(form: string, convolution: DirectConvolution): string {
  const { stride, dilation, kernel, lengthIn, lengthOut } = convolution;
  const store = storeForCpus(lengthOut);
  if (form === 'few weights') {
    return isNanSource + rectifyWgsl + readQuadsWgsl + fewWeightsWgsl + store + allChannels(convolution.channelsOut);
  }
  const shared = activationSource + registerTileWgsl + store + storeTileWgsl;
  if (form === 'unshared') return shared + unsharedWgsl;
  const inQuads = stride === 1 && dilation === 1 && kernel <= 8 && lengthIn % 4 === 0;
  return shared + accumulateBroadcastWgsl + (inQuads ? readQuadsWgsl : readEachWgsl) + subgroupsWgsl;
}

/** What they store through, one piece of their text. */
export function storeForCpus(lengthOut: number): string {
  return termsBiasWgsl + (lengthOut % 4 === 0 ? storeQuadsWgsl : storeEachWgsl) + storeEightWgsl;
}

/** In a loop, which compilers leave one when it is that long, the channel would not be a constant. */
function allChannels(channels: number): string {
  const calls = Array.from({ length: channels }, (_, o) => `  channel(${o}u, b, t, near, far);\n`);
  return `fn all_channels(b: u32, t: u32, near: ptr<function, Windows>, far: ptr<function, Windows>) {\n${calls.join('')}}\n`;
}
