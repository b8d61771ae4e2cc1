import subgroupsWgsl from './direct-subgroups.wgsl';
import unsharedWgsl from './direct-unshared.wgsl';
import storeEachWgsl from './store-each.wgsl';
import storeQuadsWgsl from './store-quads.wgsl';

/** The kernels for CPUs, which pages without one do not load; without what they share with others. */
export const directForCpus = (subgroups: boolean, lengthOut: number): string =>
  subgroups ? (lengthOut % 4 === 0 ? storeQuadsWgsl : storeEachWgsl) + subgroupsWgsl : unsharedWgsl;
