import { type ParameterValues, readSafetensors } from '@ecgpu/engine';
import type { FusionCheck } from '../fusion/fusion-check.js';
import type { InputContract } from '../preprocess/contract.js';
import type { RelativeStage } from '../record/median.js';
import type { SelfTraining } from '../record/self-training.js';
import { type StreamLatency, streamLatency } from '../streaming/stream-latency.js';
import { decodeModel, fileHash, type Model, type ModelKind } from './model-file.js';
import { operationsPerBeat } from './operation-count.js';
import type { Provenance } from './provenance.js';
import { WEIGHTS_CHECKSUM, weightsChecksum } from './weights-checksum.js';

/** What any model file says of itself. */
export interface FileDescription {
  readonly format: string;
  /** Trained numbers; running statistics of the normalisations are not counted. */
  readonly parameters: number;
  readonly tensors: number;
  readonly bytes: number;
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** SHA-256 of the weights alone, and whether the file holds it too, so that it was verified. */
  readonly weights: { readonly sha256: string; readonly verified: boolean };
  /** Further entries of the file's metadata: architecture, output rule, calibration. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly notice: string | null;
}

/** What a file of a model of beats says of itself, and what follows from it. */
export interface ModelDescription extends FileDescription {
  readonly kind: ModelKind;
  readonly classes: readonly string[];
  /** Floating-point operations to classify one beat, multiply and add as two. */
  readonly operationsPerBeat: number;
  readonly provenance: Provenance;
  readonly contract: InputContract;
  /** The records that a sequence model's relative stage calls, where it has one; it calls no stream. */
  readonly relative?: RelativeStage;
  /** How it learns from its own calls of those records, where it does. */
  readonly selfTraining?: SelfTraining;
  /** How a sequence model's calls of whole records are checked for fusion beats, where they are; those of streams are not. */
  readonly fusion?: FusionCheck;
  /** Latency as a stream. */
  readonly streaming: Omit<StreamLatency, 'seconds'>;
}

/** Entries that are given under their own names. */
const GIVEN = new Set([
  'format',
  'contract',
  'provenance',
  'relative',
  'selfTraining',
  'fusion',
  'notice',
  WEIGHTS_CHECKSUM,
]);

/**
 * @param bytes the model's file.
 * @param model what it holds, where that takes more than the file: a patient's model.
 * @throws EngineError `FORMAT`, as decodeModel does.
 */
export async function describeModel(bytes: Uint8Array, model: Model = decodeModel(bytes)): Promise<ModelDescription> {
  const { contract, provenance } = model;
  const { seconds: _, ...streaming } = streamLatency(model);
  return {
    kind: model.kind,
    ...(await describeFile(bytes, model.values)),
    classes: contract.classes,
    operationsPerBeat: operationsPerBeat(model),
    provenance,
    contract,
    ...(model.kind === 'sequence' && model.relative ? { relative: model.relative } : {}),
    ...(model.kind === 'sequence' && model.selfTraining ? { selfTraining: model.selfTraining } : {}),
    ...(model.kind === 'sequence' && model.fusion ? { fusion: model.fusion } : {}),
    streaming,
  };
}

/** @param values the weights that the file leads to. */
export async function describeFile(bytes: Uint8Array, values: ParameterValues): Promise<FileDescription> {
  const { metadata } = readSafetensors(bytes);
  const trained = [...values.values()].filter(({ buffer }) => !buffer);
  return {
    format: metadata['format']!,
    parameters: trained.reduce((sum, { values: numbers }) => sum + numbers.length, 0),
    tensors: values.size,
    bytes: bytes.length,
    sha256: await fileHash(bytes),
    weights: { sha256: weightsChecksum(values), verified: metadata[WEIGHTS_CHECKSUM] !== undefined },
    metadata: Object.fromEntries(
      Object.entries(metadata)
        .filter(([key]) => !GIVEN.has(key))
        .map(([key, text]) => [key, parsed(text)]),
    ),
    notice: metadata['notice'] ?? null,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
