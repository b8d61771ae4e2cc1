import { EngineError } from '../errors.js';
import { elements, type Shape } from '../graph/shape.js';

/**
 * safetensors (huggingface/safetensors): 8 bytes header length (u64 LE), a JSON header, then the tensors' bytes without
 * holes. Reading is strict, because model files come from strangers: nothing is allocated from a declared size alone.
 */
export interface SafetensorsTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: Shape;
  readonly values: Float32Array | Int32Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The element types that are read; the format has more. */
export type SafetensorsDtype = 'F32' | 'I32';

const BYTES = 4;
const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 16 * 2 ** 20;
const METADATA = '__metadata__';
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

function formatError(message: string, fix = 'The file is damaged, or not a safetensors file.'): EngineError {
  return new EngineError('FORMAT', `safetensors: ${message}`, { where: 'safetensors', fix });
}

/** Reads a whole file. Throws FORMAT when anything is off: lengths, types, holes, overlaps, duplicate names. */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < LENGTH_BYTES + 2) throw formatError(`${bytes.length} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = view.getBigUint64(0, true);
  const available = bytes.length - LENGTH_BYTES;
  if (declared > BigInt(Math.min(MAX_HEADER_BYTES, available))) {
    throw formatError(
      `the header claims ${declared} bytes at byte 0; ${available} follow, ${MAX_HEADER_BYTES} are allowed`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(declared);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const metadata = readMetadata(header[METADATA]);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => ({ name, ...readEntry(name, entry) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const dataLength = bytes.length - dataStart;
  let end = 0;
  for (const { name, from, to } of entries) {
    if (from !== end)
      throw formatError(
        `'${name}' starts at data byte ${from}, expected ${end}: tensors must not overlap or leave holes`,
      );
    end = to;
  }
  if (end !== dataLength) throw formatError(`the tensors cover ${end} of ${dataLength} data bytes`);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const { name, dtype, shape, from, to } of entries) {
    // Not bytes.slice(): on a Node Buffer that is a view, and its `buffer` the whole file.
    const copy = new Uint8Array(bytes.subarray(dataStart + from, dataStart + to)).buffer;
    tensors.set(name, { dtype, shape, values: dtype === 'F32' ? new Float32Array(copy) : new Int32Array(copy) });
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw formatError('the header is not UTF-8');
  }
  if (!text.startsWith('{')) throw formatError("the header does not start with '{' at byte 8");
  refuseDuplicateKeys(text);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw formatError(`the header is not JSON (${cause instanceof Error ? cause.message : cause})`);
  }
  return header as Record<string, unknown>;
}

/** JSON.parse silently keeps the last of two equal keys; two readers could then see two different models in one file. */
function refuseDuplicateKeys(text: string): void {
  const seen: (Set<string> | undefined)[] = [];
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs;
  for (const [match, colon] of text.matchAll(token)) {
    if (match === '{') seen.push(new Set());
    else if (match === '[') seen.push(undefined);
    else if (match === '}' || match === ']') seen.pop();
    else if (colon !== undefined) {
      const key = match.slice(0, match.lastIndexOf('"') + 1);
      let name: string;
      try {
        name = JSON.parse(key) as string;
      } catch {
        throw formatError('the header is not JSON');
      }
      if (FORBIDDEN_KEYS.has(name)) throw formatError(`'${name}' is not allowed as a name`);
      const keys = seen.at(-1);
      if (keys?.has(name)) throw formatError(`'${name}' appears twice in the header`);
      keys?.add(name);
    }
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw formatError('__metadata__ is not an object');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw formatError(`__metadata__.${key} is not a string`);
  }
  return value as Record<string, string>;
}

interface Entry {
  readonly dtype: SafetensorsDtype;
  readonly shape: Shape;
  readonly from: number;
  readonly to: number;
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);

function readEntry(name: string, value: unknown): Entry {
  if (typeof value !== 'object' || value === null) throw formatError(`'${name}' is not an object`);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (dtype !== 'F32' && dtype !== 'I32') {
    throw formatError(`'${name}' has type ${String(dtype)}; F32 and I32 are read`, 'Convert the file to F32.');
  }
  if (!isCounts(shape) || shape.includes(0)) throw formatError(`'${name}' has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2) throw formatError(`'${name}' has no valid data_offsets`);
  const [from, to] = offsets as [number, number];
  const bytes = elements(shape) * BYTES;
  if (!Number.isSafeInteger(bytes) || to - from !== bytes) {
    throw formatError(`'${name}' of shape [${shape.join(', ')}] needs ${bytes} bytes, data_offsets give ${to - from}`);
  }
  return { dtype, shape, from, to };
}

/** Writes F32 and I32 tensors in the order of their names, metadata first: the same values give the same bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, { readonly shape: Shape; readonly values: Float32Array | Int32Array }>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const names = [...tensors.keys()].sort();
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let offset = 0;
  for (const name of names) {
    const { shape, values } = tensors.get(name)!;
    if (values.length !== elements(shape))
      throw formatError(`'${name}' has ${values.length} values for [${shape.join(', ')}]`);
    if (name === METADATA || FORBIDDEN_KEYS.has(name)) throw formatError(`'${name}' is not allowed as a name`);
    const dtype = values instanceof Int32Array ? 'I32' : 'F32';
    header[name] = { dtype, shape, data_offsets: [offset, offset + values.length * BYTES] };
    offset += values.length * BYTES;
  }
  // Spaces at the end bring the data to a multiple of 8 bytes.
  const text = JSON.stringify(header);
  const encoded = new TextEncoder().encode(text);
  const headerLength = Math.ceil(encoded.length / LENGTH_BYTES) * LENGTH_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(encoded, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerLength;
  for (const name of names) {
    const { values } = tensors.get(name)!;
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}
