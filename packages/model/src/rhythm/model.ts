import { type ParameterValues, readSafetensors, writeSafetensors } from '@ecgpu/engine';
import {
  areWidths,
  isDropout,
  metadataObject,
  modelError,
  ofFile,
  requireAgreement,
  takeTensors,
} from '../model-file/metadata.js';
import { type Provenance, readProvenance } from '../model-file/provenance.js';
import { requireChecksum, WEIGHTS_CHECKSUM, weightsChecksum } from '../model-file/weights-checksum.js';
import { type RhythmContract, readRhythmContract } from './contract.js';
import { type RhythmNetworkShape, rhythmNetworkParameters } from './network.js';

/** A model of whole recordings. It does not call beats: that is what beat and sequence models are for. */
export interface RhythmModel {
  readonly kind: 'rhythm';
  readonly shape: RhythmNetworkShape;
  readonly contract: RhythmContract;
  readonly values: ParameterValues;
  readonly provenance: Provenance;
}

export const RHYTHM_MODEL_FORMAT = 'ecgpu-rhythm-model-1';

/** One safetensors file: weights, and contract, architecture and provenance in its metadata. */
export function encodeRhythmModel({ shape, contract, values, provenance }: RhythmModel): Uint8Array<ArrayBuffer> {
  return writeSafetensors(values, {
    format: RHYTHM_MODEL_FORMAT,
    network: JSON.stringify(shape),
    contract: JSON.stringify(contract),
    provenance: JSON.stringify(provenance),
    [WEIGHTS_CHECKSUM]: weightsChecksum(values),
    notice: 'Research software. Not for clinical use.',
  });
}

/** Whether a file says that it is a rhythm model; of one that cannot be read it is not known. */
export function isRhythmModel(bytes: Uint8Array): boolean {
  try {
    return readSafetensors(bytes).metadata['format'] === RHYTHM_MODEL_FORMAT;
  } catch {
    return false;
  }
}

const WROTE = 'Use a model file that `ecgpu rhythm train` wrote.';

/**
 * Reads a rhythm model's file. Throws FORMAT when it is damaged, is another kind of model, or does not fit itself;
 * CONTRACT_INVALID where its contract is not sound.
 */
export function decodeRhythmModel(bytes: Uint8Array, where = 'model'): RhythmModel {
  return ofFile(where, () => decode(bytes, where));
}

function decode(bytes: Uint8Array, where: string): RhythmModel {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata['format'] !== RHYTHM_MODEL_FORMAT) {
    const found = metadata['format'] ?? 'none';
    throw modelError(where, `is no ${RHYTHM_MODEL_FORMAT} file (format: ${found})`, WROTE);
  }
  const contract = readRhythmContract(metadataObject(where, metadata, 'contract'));
  const provenance = readProvenance(metadataObject(where, metadata, 'provenance') as object, where);
  const shape = metadataObject(where, metadata, 'network') as RhythmNetworkShape;
  const { channels, filters, hidden, attention, dense, classes, dropout } = shape;
  const sound =
    Array.isArray(filters) &&
    filters.length === 4 &&
    filters[2] === filters[3] &&
    areWidths(channels, hidden, attention, dense, classes, ...filters) &&
    isDropout(dropout);
  if (!sound) throw modelError(where, 'describes a network that cannot be built', WROTE);
  requireAgreement(where, [
    ['leads', channels, contract.leads.length],
    ['classes', classes, contract.classes.length],
  ]);
  const values = takeTensors(tensors, rhythmNetworkParameters(shape), where);
  requireChecksum(values, metadata, where);
  return { kind: 'rhythm', shape, contract, values, provenance };
}
