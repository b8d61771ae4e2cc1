import { EcgError } from '../errors.js';
import { defaultLimits, type ReadLimits } from '../limits.js';
import type { EcgRecord } from '../record.js';

/** A NumPy array of numbers. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Values in C order (last index fastest), whatever the file has. */
  readonly data: Float64Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

type Read = (view: DataView, at: number, little: boolean) => number;
const TYPES: Readonly<Record<string, { bytes: number; read: Read }>> = {
  f4: { bytes: 4, read: (v, at, little) => v.getFloat32(at, little) },
  f8: { bytes: 8, read: (v, at, little) => v.getFloat64(at, little) },
  i1: { bytes: 1, read: (v, at) => v.getInt8(at) },
  i2: { bytes: 2, read: (v, at, little) => v.getInt16(at, little) },
  i4: { bytes: 4, read: (v, at, little) => v.getInt32(at, little) },
  u1: { bytes: 1, read: (v, at) => v.getUint8(at) },
  u2: { bytes: 2, read: (v, at, little) => v.getUint16(at, little) },
  u4: { bytes: 4, read: (v, at, little) => v.getUint32(at, little) },
};

/** An array of doubles as an `.npy` file, format version 1.0. */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== data.length) {
    throw new EcgError('NPY_SHAPE', `The shape ${shape.join(' x ')} does not hold ${data.length} values`, {
      fix: 'The product of the shape must be the number of values.',
    });
  }
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.map((size) => `${size},`).join(' ')}), }`;
  const padded = Math.ceil((text.length + 11) / 64) * 64;
  const header = new TextEncoder().encode(`${text.padEnd(padded - 11)}\n`);
  const out = new Uint8Array(10 + header.length + data.length * 8);
  out.set([...MAGIC, 1, 0, header.length & 0xff, header.length >> 8]);
  out.set(header, 10);
  const view = new DataView(out.buffer, 10 + header.length);
  for (let i = 0; i < data.length; i++) view.setFloat64(i * 8, data[i]!, true);
  return out;
}

/**
 * Reads an `.npy` file of numbers, format versions 1 to 3. Objects are always refused: they are pickles, which run code.
 * @throws EcgError NPY_SYNTAX, NPY_TYPE, NPY_SIZE, BUDGET
 */
export function decodeNpy(bytes: Uint8Array, options: { readonly limits?: Partial<ReadLimits> } = {}): NpyArray {
  const limits = { ...defaultLimits, ...options.limits };
  const version = bytes[6] ?? 0;
  const lengthBytes = version === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  if (bytes.length < start || MAGIC.some((byte, i) => bytes[i] !== byte) || version < 1 || version > 3) {
    throw new EcgError('NPY_SYNTAX', 'This is no .npy file of version 1 to 3', { byteOffset: 0, fix: FIX });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = lengthBytes === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = start + headerLength;
  if (headerLength > limits.maxHeaderBytes || dataStart > bytes.length) {
    throw new EcgError('NPY_SYNTAX', `The header of ${headerLength} bytes is cut off`, { byteOffset: 8, fix: FIX });
  }
  const { order, type, fortran, shape } = parseDictionary(bytes.subarray(start, dataStart), start);
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = dataStart + count * type.bytes;
  if (expected !== bytes.length) {
    throw new EcgError(
      'NPY_SIZE',
      `The shape ${shape.join(' x ')} needs ${expected} bytes, the file has ${bytes.length}`,
      {
        byteOffset: bytes.length,
        fix: FIX,
      },
    );
  }
  if (count * 8 > limits.maxBytes) {
    throw new EcgError('BUDGET', `The values take ${count * 8} bytes, over the limit of ${limits.maxBytes}`, {
      fix: 'Raise `limits.maxBytes`, or store fewer values.',
    });
  }
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, dataStart + i * type.bytes, order !== '>');
  return { shape, data: fortran ? fromFortran(data, shape) : data };
}

const FIX = 'Save it anew with numpy.save(file, array.astype("float64")).';

/** The header's Python dictionary, by a grammar that takes three known keys and nothing else. */
function parseDictionary(header: Uint8Array, byteOffset: number) {
  const text = String.fromCharCode(...header.subarray(0, 4096));
  const body =
    /^\{ *((?:'(?:descr|fortran_order|shape)': *(?:'[^']{0,20}'|True|False|\([\d, ]*\)) *,? *){3})\} *\n?$/.exec(
      text,
    )?.[1];
  const descr = /'descr': *'([<>|=])([a-zA-Z]\d+|O)'/.exec(body ?? '');
  const fortran = /'fortran_order': *(True|False)/.exec(body ?? '');
  const shape = /'shape': *\(([\d, ]*)\)/.exec(body ?? '');
  if (body !== undefined && /'descr': *'\|?O/.test(body)) {
    throw new EcgError('NPY_TYPE', 'The array holds Python objects, which are never read', { byteOffset, fix: FIX });
  }
  if (descr === null || fortran === null || shape === null) {
    throw new EcgError('NPY_SYNTAX', 'The header is not that of a plain array', { byteOffset, fix: FIX });
  }
  const type = TYPES[descr[2]!];
  if (type === undefined) {
    throw new EcgError('NPY_TYPE', `Values of type ${descr[2]} are not read`, { byteOffset, fix: FIX });
  }
  const sizes = shape[1]!
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  if (
    sizes.length > 8 ||
    !sizes.every(Number.isSafeInteger) ||
    !Number.isSafeInteger(sizes.reduce((a, b) => a * b, 1))
  ) {
    throw new EcgError('NPY_SYNTAX', `The shape (${shape[1]!.slice(0, 80)}) is out of range`, { byteOffset, fix: FIX });
  }
  return { order: descr[1]!, type, fortran: fortran[1] === 'True', shape: sizes };
}

/** First index fastest to last index fastest. */
function fromFortran(data: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(data.length);
  const index = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    let place = 0;
    for (let d = 0; d < shape.length; d++) place = place * shape[d]! + index[d]!;
    out[place] = data[i]!;
    for (let d = 0; d < shape.length && ++index[d]! === shape[d]; d++) index[d] = 0;
  }
  return out;
}

/** Samples of a record as an `.npy` file of shape (length, leads). */
export function recordToNpy(record: EcgRecord): Uint8Array {
  const count = record.leads.length;
  const data = new Float64Array(record.length * count);
  for (const [lead, { samples }] of record.leads.entries()) {
    for (let i = 0; i < record.length; i++) data[i * count + lead] = samples[i]!;
  }
  return encodeNpy({ shape: [record.length, count], data });
}

export interface RecordFromNpyOptions {
  readonly fs: number;
  readonly name?: string;
  /** Names of the leads; default `lead 0`, … */
  readonly leads?: readonly string[];
  /** Unit of the values. Default mV. */
  readonly units?: string;
  readonly limits?: Partial<ReadLimits>;
}

/**
 * A record from an array of shape (length), (length, leads) or (leads, length): of two axes, time is the longer one.
 * @throws EcgError of {@link decodeNpy}; NPY_SHAPE
 */
export function recordFromNpy(bytes: Uint8Array, options: RecordFromNpyOptions): EcgRecord {
  const { shape, data } = decodeNpy(bytes, options.limits ? { limits: options.limits } : {});
  const { fs, leads: names, units = 'mV', name = 'array' } = options;
  const [first = 0, second = 1] = shape;
  const count = Math.min(first, second);
  if (
    shape.length < 1 ||
    shape.length > 2 ||
    (names !== undefined && names.length !== count) ||
    !(fs > 0 && fs < Infinity)
  ) {
    throw new EcgError('NPY_SHAPE', `An array of shape (${shape.join(', ')}) at ${fs} Hz is no record of these leads`, {
      fix: 'Give an array of shape (length, leads), as many names as leads, and a sampling rate above 0.',
    });
  }
  const length = data.length === 0 ? 0 : data.length / count;
  const timeFirst = first >= second;
  const leads = Array.from({ length: count }, (_, lead) => {
    const samples = new Float64Array(length);
    for (let i = 0; i < length; i++) samples[i] = data[timeFirst ? i * count + lead : lead * length + i]!;
    return { name: names?.[lead] ?? `lead ${lead}`, units, samples };
  });
  return { name, fs, length, leads, comments: [], diagnostics: [] };
}
