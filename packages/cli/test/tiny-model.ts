import { writeFile } from 'node:fs/promises';
import { initialise } from '@ecgpu/engine';
import {
  BEAT_CONTRACT,
  BEAT_NETWORK,
  type BeatNetworkShape,
  beatNetworkParameters,
  databaseNote,
  encodeModel,
  type InputContract,
  type Provenance,
} from '@ecgpu/model';

/** The architecture at a size that the reference device computes in a moment. */
export const TINY: BeatNetworkShape = { ...BEAT_NETWORK, filters: [4, 4, 4, 4], hidden: 4, attention: 4, dense: 4 };

export interface ModelChanges {
  readonly shape?: BeatNetworkShape;
  readonly contract?: InputContract;
  /** Records that it says it has learned from. */
  readonly records?: readonly string[];
  /** Of which they are, if not mitdb. */
  readonly database?: string;
}

/** Writes a model file with initial weights. */
export async function writeTinyModel(
  path: string,
  { shape = TINY, contract = BEAT_CONTRACT, records = ['101'], database = 'mitdb' }: ModelChanges = {},
): Promise<string> {
  const provenance: Provenance = {
    ...{ command: 'none: initial weights', seed: 0, device: 'none', records, version: '0.1.0' },
    ...databaseNote(database),
  };
  const values = initialise(beatNetworkParameters(shape), 0);
  await writeFile(path, encodeModel({ kind: 'beat', shape, contract, values, provenance }));
  return path;
}
