import accumulateBroadcastWgsl from '../accumulate-broadcast.wgsl';
import { activationSource } from '../activation/activation.js';
import registerTileWgsl from '../register-tile.wgsl';
import storeEachWgsl from '../store-each.wgsl';
import storeQuadsWgsl from '../store-quads.wgsl';
import columnsEachWgsl from './columns-each.wgsl';
import columnsQuadsWgsl from './columns-quads.wgsl';
import directWgsl from './direct.wgsl';
import subgroupsWgsl from './subgroups.wgsl';

/** The kernels for CPUs, which pages without one do not load. */
export function directForCpus(subgroups: boolean, n: number, transposeB: boolean): string {
  const shared = activationSource + registerTileWgsl;
  if (!subgroups) return shared + directWgsl;
  const inQuads = n % 4 === 0;
  return (
    shared +
    accumulateBroadcastWgsl +
    (inQuads && !transposeB ? columnsQuadsWgsl : columnsEachWgsl) +
    (inQuads ? storeQuadsWgsl : storeEachWgsl) +
    subgroupsWgsl
  );
}
