import type { DirectConvolution } from './direct.js';
import subgroupsWgsl from './direct-subgroups.wgsl';
import unsharedWgsl from './direct-unshared.wgsl';
import readEachWgsl from './read-each.wgsl';
import readQuadsWgsl from './read-quads.wgsl';
import storeEachWgsl from './store-each.wgsl';
import storeQuadsWgsl from './store-quads.wgsl';

/** The kernels for CPUs, which pages without one do not load; without what they share with others. */
export function directForCpus(subgroups: boolean, convolution: DirectConvolution): string {
  if (!subgroups) return unsharedWgsl;
  const { stride, dilation, kernel, lengthIn, lengthOut } = convolution;
  const inQuads = stride === 1 && dilation === 1 && kernel <= 8 && lengthIn % 4 === 0;
  return (
    (inQuads ? readQuadsWgsl : readEachWgsl) + (lengthOut % 4 === 0 ? storeQuadsWgsl : storeEachWgsl) + subgroupsWgsl
  );
}
