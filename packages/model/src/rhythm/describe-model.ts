import { describeFile, type FileDescription } from '../model-file/describe-model.js';
import type { Provenance } from '../model-file/provenance.js';
import type { RhythmContract } from './contract.js';
import { decodeRhythmModel } from './model.js';

/** What a rhythm model's file says of itself. */
export interface RhythmModelDescription extends FileDescription {
  readonly kind: 'rhythm';
  readonly provenance: Provenance;
  readonly contract: RhythmContract;
}

/** @throws EngineError `FORMAT`, EcgError `CONTRACT_INVALID`, as decodeRhythmModel does. */
export async function describeRhythmModel(bytes: Uint8Array, where = 'model'): Promise<RhythmModelDescription> {
  const { kind, values, provenance, contract } = decodeRhythmModel(bytes, where);
  return { kind, ...(await describeFile(bytes, values)), provenance, contract };
}
