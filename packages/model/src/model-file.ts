import {
  EngineError,
  type ParameterValue,
  type ParameterValues,
  readSafetensors,
  sameShape,
  writeSafetensors,
} from '@ecgpu/engine';
import type { InputContract } from './contract.js';
import { windowLength } from './contract.js';
import { type BeatNetworkShape, beatNetworkParameters } from './network.js';
import { readContract } from './read-contract.js';

/** How a model came to be, so that somebody else can make it again. */
export interface Provenance {
  /** The command line that trained it. */
  readonly command: string;
  readonly seed: number;
  /** What computed: kind and description of the device. */
  readonly device: string;
  /** Names of the records it learned from. */
  readonly records: readonly string[];
  /** SHA-256 over the training records' files, in the order of `records`. */
  readonly dataHash?: string;
  /** SHA-256 of the model file it was fine-tuned from. */
  readonly parent?: string;
  readonly version: string;
}

/** A beat classifier with everything needed to use it right. */
export interface BeatModel {
  readonly shape: BeatNetworkShape;
  readonly contract: InputContract;
  readonly values: ParameterValues;
  readonly provenance: Provenance;
}

const FORMAT = 'ecgpu-model-1';
/** A model of more weights than this is refused before anything is allocated for it. */
const MAX_PARAMETERS = 50_000_000;

/** One safetensors file: weights, and contract, architecture and provenance in its metadata. */
export function encodeModel({ shape, contract, values, provenance }: BeatModel): Uint8Array<ArrayBuffer> {
  return writeSafetensors(values, {
    format: FORMAT,
    network: JSON.stringify(shape),
    contract: JSON.stringify(contract),
    provenance: JSON.stringify(provenance),
    notice: 'Research software. Not for clinical use.',
  });
}

/**
 * Reads a model file. Throws FORMAT when it is damaged, is no model, has tensors its architecture does not have or
 * lacks some, holds values that are not finite, or when contract and network do not fit each other.
 */
export function decodeModel(bytes: Uint8Array, where = 'model'): BeatModel {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata['format'] !== FORMAT) {
    throw modelError(where, `is no ${FORMAT} file (format: ${metadata['format'] ?? 'none'})`);
  }
  const shape = readShape(parse(where, metadata, 'network'), where);
  const contract = readContract(parse(where, metadata, 'contract'));
  const provenance = parse(where, metadata, 'provenance') as Provenance;
  for (const [what, network, agreed] of [
    ['samples in a window', shape.samples, windowLength(contract)],
    ['channels', shape.channels, contract.channels.length],
    ['rhythm features', shape.features, contract.rhythm.features.length],
    ['classes', shape.classes, contract.classes.length],
  ] as const) {
    if (network !== agreed) throw modelError(where, `its network has ${network} ${what}, its contract ${agreed}`);
  }
  const definitions = beatNetworkParameters(shape);
  const extra = [...tensors.keys()].filter((name) => !Object.hasOwn(definitions, name));
  if (extra.length > 0) throw modelError(where, `has tensors its network does not: ${extra.slice(0, 5).join(', ')}`);
  const values = new Map<string, ParameterValue>();
  for (const [name, { shape: wanted, buffer = false }] of Object.entries(definitions)) {
    const tensor = tensors.get(name);
    if (!(tensor?.values instanceof Float32Array) || !sameShape(tensor.shape, wanted)) {
      throw modelError(
        where,
        `'${name}' must be F32 [${wanted.join(', ')}], is ${tensor ? `${tensor.dtype} [${tensor.shape.join(', ')}]` : 'missing'}`,
      );
    }
    if (!tensor.values.every(Number.isFinite)) throw modelError(where, `'${name}' holds values that are not finite`);
    values.set(name, { shape: wanted, values: tensor.values, buffer });
  }
  return { shape, contract, values, provenance };
}

function modelError(where: string, message: string): EngineError {
  return new EngineError('FORMAT', `${where} ${message}`, {
    where,
    fix: 'Use a model file that `ecgpu train` or `ecgpu finetune` wrote.',
  });
}

function parse(where: string, metadata: Readonly<Record<string, string>>, key: string): unknown {
  try {
    const value: unknown = JSON.parse(metadata[key] ?? '');
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Reported below, like a value of another kind.
  }
  throw modelError(where, `has no readable '${key}' in its metadata`);
}

function readShape(value: unknown, where: string): BeatNetworkShape {
  const shape = value as BeatNetworkShape;
  const counts = [
    shape.channels,
    shape.samples,
    shape.features,
    shape.hidden,
    shape.attention,
    shape.dense,
    shape.classes,
  ];
  const filters = shape.filters;
  const sound =
    Array.isArray(filters) &&
    filters.length === 4 &&
    filters[2] === filters[3] &&
    [...counts, ...filters].every((count) => Number.isInteger(count) && count > 0 && count <= 4096) &&
    shape.samples % 8 === 0 &&
    typeof shape.dropout === 'number' &&
    shape.dropout >= 0 &&
    shape.dropout < 1;
  if (!sound) throw modelError(where, 'describes a network that cannot be built');
  const total = Object.values(beatNetworkParameters(shape)).reduce(
    (sum, { shape: size }) => sum + size.reduce((product, length) => product * length, 1),
    0,
  );
  if (total > MAX_PARAMETERS) throw modelError(where, `has ${total} weights; ${MAX_PARAMETERS} are allowed`);
  return shape;
}

/** SHA-256 of a file, as lower-case hex: how a model is named. */
export async function fileHash(bytes: Uint8Array): Promise<string> {
  const hash = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
