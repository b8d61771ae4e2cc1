import { readSafetensors, writeSafetensors } from '@ecgpu/engine';
import { readCalibration } from '../confidence/calibration.js';
import { type BeatModel, readBeatModel } from './beat-model.js';
import { metadataObject, modelError, ofFile } from './metadata.js';
import type { ModelParts } from './model-parts.js';
import { readProvenance } from './provenance.js';
import { readContract } from './read-contract.js';
import { readSequenceModel, type SequenceModel, sequenceMetadata } from './sequence-model.js';
import { requireChecksum, WEIGHTS_CHECKSUM, weightsChecksum } from './weights-checksum.js';

/** A classifier of beats with everything needed to use it right. */
export type Model = BeatModel | SequenceModel;
export type ModelKind = Model['kind'];

interface ModelFormat<M extends Model> {
  /** Names kind and version in the file. */
  readonly format: string;
  /** What the kind writes beside contract and provenance. */
  readonly metadata: (model: M) => Readonly<Record<string, string>>;
  readonly read: (parts: ModelParts, where: string) => M;
}

const formats: { readonly [K in ModelKind]: ModelFormat<Extract<Model, { kind: K }>> } = {
  beat: {
    format: 'ecgpu-model-1',
    metadata: ({ shape }) => ({ network: JSON.stringify(shape) }),
    read: readBeatModel,
  },
  sequence: { format: 'ecgpu-sequence-model-1', metadata: sequenceMetadata, read: readSequenceModel },
};

/** One safetensors file: weights, and contract, architecture and provenance in its metadata. */
export function encodeModel<M extends Model>(model: M): Uint8Array<ArrayBuffer> {
  const { format, metadata } = formats[model.kind] as unknown as ModelFormat<M>;
  return writeSafetensors(model.values, {
    format,
    ...metadata(model),
    contract: JSON.stringify(model.contract),
    provenance: JSON.stringify(model.provenance),
    [WEIGHTS_CHECKSUM]: weightsChecksum(model.values),
    ...(model.calibration ? { calibration: JSON.stringify(model.calibration) } : {}),
    notice: 'Research software. Not for clinical use.',
  });
}

/**
 * Reads a model file of any kind. Throws FORMAT when it is damaged, is no model, has tensors its architecture does not
 * have or lacks some, holds values that are not finite or others than it was saved with, or when contract and network do not
 * fit each other. Files that were saved without a checksum of their weights are read all the same.
 */
export function decodeModel(bytes: Uint8Array, where = 'model'): Model {
  return ofFile(where, () => decode(bytes, where));
}

function decode(bytes: Uint8Array, where: string): Model {
  const { tensors, metadata } = readSafetensors(bytes);
  const known = Object.values(formats).find(({ format }) => format === metadata['format']);
  if (known === undefined) {
    const wanted = Object.values(formats).map(({ format }) => format);
    throw modelError(where, `is no ${wanted.join(' or ')} file (format: ${metadata['format'] ?? 'none'})`);
  }
  const contract = readContract(metadataObject(where, metadata, 'contract'));
  const provenance = readProvenance(metadataObject(where, metadata, 'provenance') as object, where);
  const calibration =
    metadata['calibration'] === undefined
      ? {}
      : { calibration: readCalibration(metadataObject(where, metadata, 'calibration')) };
  const model = known.read({ tensors, metadata, contract, provenance, ...calibration }, where);
  requireChecksum(model.values, metadata, where);
  return model;
}

/** The model, where it is of the kind that is needed. Throws FORMAT otherwise. */
export function requireKind<K extends ModelKind, M extends Model>(
  model: M,
  kind: K,
  where: string,
): Extract<M, { kind: K }> {
  if (model.kind === kind) return model as Extract<M, { kind: K }>;
  throw modelError(where, `is a ${model.kind} model; this needs a ${kind} model`);
}

/** SHA-256 of a file, as lower-case hex: how a model is named. */
export async function fileHash(bytes: Uint8Array): Promise<string> {
  const hash = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
