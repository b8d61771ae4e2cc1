import type { ParameterValues } from '@ecgpu/engine';
import type { Calibration } from '../confidence/calibration.js';
import type { BeatEncoderShape } from '../network/beat-encoder.js';
import { type BeatNetworkShape, beatNetworkParameters } from '../network/beat-network.js';
import { type InputContract, leadCount, windowLength } from '../preprocess/contract.js';
import { areWidths, isDropout, metadataObject, modelError, requireAgreement, takeTensors } from './metadata.js';
import type { ModelParts } from './model-parts.js';
import type { Provenance } from './provenance.js';

/** A model that looks at one beat and its rhythm features. */
export interface BeatModel {
  readonly kind: 'beat';
  readonly shape: BeatNetworkShape;
  readonly contract: InputContract;
  readonly values: ParameterValues;
  readonly provenance: Provenance;
  readonly calibration?: Calibration;
}

export function readBeatModel({ tensors, metadata, ...rest }: ModelParts, where: string): BeatModel {
  const { contract } = rest;
  const shape = metadataObject(where, metadata, 'network') as BeatNetworkShape;
  requireEncoder(shape, contract, where);
  if (leadCount(contract) === 2)
    throw modelError(where, 'is a beat model, which looks at one lead; its contract at two');
  if (!areWidths(shape.features, shape.dense, shape.classes)) {
    throw modelError(where, 'describes a network that cannot be built');
  }
  requireAgreement(where, [
    ['rhythm features', shape.features, contract.rhythm.features.length],
    ['classes', shape.classes, contract.classes.length],
  ]);
  const values = takeTensors(tensors, beatNetworkParameters(shape), where);
  return { kind: 'beat', shape, values, ...rest };
}

/** Throws FORMAT where an encoder cannot be built, or does not take what the contract gives. */
export function requireEncoder(shape: BeatEncoderShape, contract: InputContract, where: string): void {
  const { channels, samples, filters, hidden, attention, dropout } = shape;
  const sound =
    Array.isArray(filters) &&
    filters.length === 4 &&
    filters[2] === filters[3] &&
    areWidths(channels, samples, hidden, attention, ...filters) &&
    samples % 8 === 0 &&
    isDropout(dropout);
  if (!sound) throw modelError(where, 'describes a network that cannot be built');
  requireAgreement(where, [
    ['samples in a window', samples, windowLength(contract)],
    ['channels', channels, contract.channels.length],
  ]);
}
