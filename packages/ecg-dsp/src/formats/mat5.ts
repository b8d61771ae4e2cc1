import { EcgError } from '../errors.js';
import { defaultLimits, type ReadLimits } from '../limits.js';
import { quote } from '../text.js';
import { inflate } from './inflate.js';
import type { MatStruct, MatValue } from './mat5-values.js';

const HEADER = 128;
/** Structures in structures; recordings have one level. */
const DEEPEST = 8;
const MATRIX = 14;
const COMPRESSED = 15;

/** Bytes of a value, and how it is read, by the type of a data element. 64-bit whole numbers beyond 2^53 are rounded. */
const numbers: Readonly<Record<number, { bytes: number; read: (v: DataView, at: number, little: boolean) => number }>> =
  {
    1: { bytes: 1, read: (v, at) => v.getInt8(at) },
    2: { bytes: 1, read: (v, at) => v.getUint8(at) },
    3: { bytes: 2, read: (v, at, little) => v.getInt16(at, little) },
    4: { bytes: 2, read: (v, at, little) => v.getUint16(at, little) },
    5: { bytes: 4, read: (v, at, little) => v.getInt32(at, little) },
    6: { bytes: 4, read: (v, at, little) => v.getUint32(at, little) },
    7: { bytes: 4, read: (v, at, little) => v.getFloat32(at, little) },
    9: { bytes: 8, read: (v, at, little) => v.getFloat64(at, little) },
    12: { bytes: 8, read: (v, at, little) => Number(v.getBigInt64(at, little)) },
    13: { bytes: 8, read: (v, at, little) => Number(v.getBigUint64(at, little)) },
    16: { bytes: 1, read: (v, at) => v.getUint8(at) },
    17: { bytes: 2, read: (v, at, little) => v.getUint16(at, little) },
    18: { bytes: 4, read: (v, at, little) => v.getUint32(at, little) },
  };

const STRUCT = 2;
const TEXT = 4;
const FIRST_NUMERIC = 6;
const LAST_NUMERIC = 15;
const COMPLEX = 0x0800;

/**
 * Reads the variables of a MATLAB 5 MAT-file (`save` without `-v7.3`), compressed or not: arrays of real numbers, texts
 * and single structures of them, which is how recordings are kept. The layout is MathWorks' published "MAT-File Format".
 *
 * @param where the file's name, for errors.
 * @returns variables by name; those of other kinds (cells, objects, sparse, complex) are an error, not left out.
 * @throws EcgError `MAT_SYNTAX` with the byte offset, `MAT_TYPE`, `BUDGET`
 */
export async function readMat5(
  bytes: Uint8Array,
  where = 'file',
  options: { readonly limits?: Partial<ReadLimits> } = {},
): Promise<ReadonlyMap<string, MatValue>> {
  const { maxBytes } = { ...defaultLimits, ...options.limits };
  const mark = String.fromCharCode(...bytes.subarray(126, 128));
  if (bytes.length < HEADER || (mark !== 'IM' && mark !== 'MI')) {
    throw new EcgError('MAT_SYNTAX', `${where} is no MATLAB 5 MAT-file`, { where, byteOffset: 126, fix: FIX });
  }
  const variables = new Map<string, MatValue>();
  const little = mark === 'IM';
  const budget = { left: maxBytes, where };
  let at = HEADER;
  while (at < bytes.length) {
    const element = elementAt(bytes, at, little, where, at);
    at = element.next;
    if (element.type === COMPRESSED) {
      const inflated = await inflate(element.data, budget.left, where);
      budget.left -= inflated.length;
      const inner = elementAt(inflated, 0, little, where, element.offset);
      addVariable(variables, inner, little, budget);
    } else {
      addVariable(variables, element, little, budget);
    }
  }
  return variables;
}

const FIX = "Save it anew in MATLAB with save(file, '-v7'), or in Python with scipy.io.savemat.";

interface Element {
  readonly type: number;
  readonly data: Uint8Array;
  /** Where the next element begins in the same bytes. */
  readonly next: number;
  /** Where in the file, or in it the compressed element that holds this one, for errors. */
  readonly offset: number;
}

interface Budget {
  left: number;
  readonly where: string;
}

function elementAt(bytes: Uint8Array, at: number, little: boolean, where: string, offset: number): Element {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const cut = () => syntax(where, offset, 'An element is cut off');
  if (at + 8 > bytes.length) throw cut();
  const head = view.getUint32(at, little);
  const packed = head >>> 16;
  if (packed !== 0) {
    if (packed > 4) throw syntax(where, offset, `A short element declares ${packed} bytes, 4 at most`);
    return { type: head & 0xffff, data: bytes.subarray(at + 4, at + 4 + packed), next: at + 8, offset };
  }
  const size = view.getUint32(at + 4, little);
  const end = at + 8 + size;
  if (end > bytes.length) throw cut();
  // Only compressed elements are not padded to 8 bytes.
  const next = head === COMPRESSED ? end : Math.min(bytes.length, at + 8 + Math.ceil(size / 8) * 8);
  return { type: head, data: bytes.subarray(at + 8, end), next, offset };
}

function addVariable(variables: Map<string, MatValue>, element: Element, little: boolean, budget: Budget): void {
  const { where } = budget;
  if (element.type !== MATRIX) throw syntax(where, element.offset, `A variable has the type ${element.type}`);
  const { name, value } = matrix(element, little, budget, 0);
  variables.set(name, value);
}

function matrix(
  { data, offset }: Element,
  little: boolean,
  budget: Budget,
  depth: number,
): { name: string; value: MatValue } {
  const { where } = budget;
  if (depth > DEEPEST) throw syntax(where, offset, `Structures lie more than ${DEEPEST} deep`);
  if (data.length === 0) return { name: '', value: { kind: 'array', shape: [0, 0], data: new Float64Array(0) } };
  let at = 0;
  const take = (): Element => {
    const element = elementAt(data, at, little, where, offset);
    at = element.next;
    return element;
  };
  const [flags = 0] = values(take(), little, budget);
  const shape = [...values(take(), little, budget)];
  const name = characters(values(take(), little, budget));
  const kind = flags & 0xff;
  const count = shape.reduce((product, size) => product * size, 1);
  if (shape.length < 2 || !shape.every((size) => Number.isInteger(size) && size >= 0) || !Number.isSafeInteger(count)) {
    throw syntax(where, offset, `${quote(name)} has the size ${shape.slice(0, 8).join(' x ')}`);
  }
  if (kind === STRUCT) return { name, value: structure(name, count, take, little, budget, depth, offset) };
  if ((kind !== TEXT && (kind < FIRST_NUMERIC || kind > LAST_NUMERIC)) || (flags & COMPLEX) !== 0) {
    throw new EcgError('MAT_TYPE', `${quote(name)} of ${where} is no array of real numbers, text or structure`, {
      where,
      byteOffset: offset,
      fix: 'Keep only such variables in the file.',
    });
  }
  const found = count === 0 && at >= data.length ? new Float64Array(0) : values(take(), little, budget);
  if (found.length !== count) {
    throw syntax(where, offset, `${quote(name)} should have ${count} values and has ${found.length}`);
  }
  return {
    name,
    value: kind === TEXT ? { kind: 'text', text: characters(found) } : { kind: 'array', shape, data: found },
  };
}

function structure(
  name: string,
  count: number,
  take: () => Element,
  little: boolean,
  budget: Budget,
  depth: number,
  offset: number,
): MatStruct {
  const { where } = budget;
  if (count !== 1) {
    throw new EcgError('MAT_TYPE', `${quote(name)} of ${where} is a list of ${count} structures`, {
      where,
      byteOffset: offset,
      fix: 'Keep one structure in a variable.',
    });
  }
  const [length = 0] = values(take(), little, budget);
  const names = characters(values(take(), little, budget));
  if (!(Number.isInteger(length) && length > 0 && length <= 256) || names.length % length !== 0) {
    throw syntax(where, offset, `The fields of ${quote(name)} have names of ${length} bytes`);
  }
  const fields = new Map<string, MatValue>();
  for (let at = 0; at < names.length; at += length) {
    const field = names.slice(at, at + length).replace(/\0.*$/s, '');
    const element = take();
    if (element.type !== MATRIX) throw syntax(where, offset, `The field ${quote(field)} has the type ${element.type}`);
    fields.set(field, matrix(element, little, budget, depth + 1).value);
  }
  return { kind: 'struct', fields };
}

/** The numbers of an element, counted against what the file may take in memory. */
function values({ type, data, offset }: Element, little: boolean, budget: Budget): Float64Array {
  const format = numbers[type];
  if (format === undefined || data.length % format.bytes !== 0) {
    throw syntax(budget.where, offset, `An element of ${data.length} bytes has the type ${type}`);
  }
  const length = data.length / format.bytes;
  budget.left -= length * 8;
  if (budget.left < 0) {
    throw new EcgError('BUDGET', `${budget.where} takes more memory than the limit allows`, {
      where: budget.where,
      byteOffset: offset,
      fix: 'Raise `limits.maxBytes` if this is the file you mean.',
    });
  }
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const out = new Float64Array(length);
  for (let i = 0; i < length; i++) out[i] = format.read(view, i * format.bytes, little);
  return out;
}

function characters(codes: Float64Array): string {
  let text = '';
  for (const code of codes)
    text += Number.isInteger(code) && code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  return text;
}

function syntax(where: string, byteOffset: number, message: string): EcgError {
  return new EcgError('MAT_SYNTAX', `${message} in ${where}`, { where, byteOffset, fix: FIX });
}
