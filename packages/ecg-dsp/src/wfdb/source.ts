import { EcgError } from '../errors.js';
import { quote } from '../text.js';
import type { SampleDecoder } from './sample-decoder.js';

/**
 * Where the bytes of a recording come from: a folder, a browser's file list, memory, a web server.
 * Names are relative, with `/` between folders.
 */
export interface RecordSource {
  /**
   * Size of a file in bytes.
   * @throws EcgError FILE_NOT_FOUND, SOURCE_FAILED
   */
  size(name: string): Promise<number>;
  /**
   * Bytes `[from, to)` of a file: exactly that many, or an error.
   * @throws EcgError FILE_NOT_FOUND, SOURCE_FAILED
   */
  read(name: string, from: number, to: number): Promise<Uint8Array>;
  /** Reader of the FLAC formats for its records, where none is given otherwise. */
  readonly flac?: SampleDecoder;
}

export function fileNotFound(name: string, fix: string): EcgError {
  return new EcgError('FILE_NOT_FOUND', `There is no file ${quote(name)}`, { where: name, fix });
}

/** Files held in memory, by name. */
export function memorySource(
  files: ReadonlyMap<string, Uint8Array> | Readonly<Record<string, Uint8Array>>,
): RecordSource {
  const map = files instanceof Map ? (files as ReadonlyMap<string, Uint8Array>) : new Map(Object.entries(files));
  const get = (name: string): Uint8Array => {
    const bytes = map.get(name);
    if (bytes === undefined) throw fileNotFound(name, `There are: ${[...map.keys()].slice(0, 20).join(', ')}`);
    return bytes;
  };
  return {
    size: async (name) => get(name).length,
    read: async (name, from, to) => get(name).subarray(from, to),
  };
}

/** The part of a browser's `File` that is needed. */
export interface FileLike {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Files that a user chose in a browser (`<input type="file" multiple>` or a drop). */
export function fileListSource(files: Iterable<FileLike> | ArrayLike<FileLike>): RecordSource {
  const byName = new Map(Array.from(files, (file) => [file.name, file]));
  const get = (name: string): FileLike => {
    const file = byName.get(name);
    if (file === undefined) throw fileNotFound(name, 'Choose all files of the record together: .hea, .dat and .atr.');
    return file;
  };
  return {
    size: async (name) => get(name).size,
    read: async (name, from, to) => new Uint8Array(await get(name).slice(from, to).arrayBuffer()),
  };
}

/**
 * Bytes of a file, checked: a source that gives more or fewer bytes than asked for is an error, not a short recording.
 * @throws EcgError SOURCE_FAILED
 */
export async function readExactly(source: RecordSource, name: string, from: number, to: number): Promise<Uint8Array> {
  const bytes = await source.read(name, from, to);
  if (bytes.length !== to - from) {
    throw new EcgError('SOURCE_FAILED', `Asked for ${to - from} bytes and got ${bytes.length}`, {
      where: name,
      byteOffset: from,
      fix: 'The file changed while it was read.',
    });
  }
  return bytes;
}

/**
 * A whole small file.
 * @throws EcgError LIMIT where it is larger than `maxBytes`
 */
export async function readWhole(source: RecordSource, name: string, maxBytes: number): Promise<Uint8Array> {
  const size = await source.size(name);
  if (size > maxBytes) {
    throw new EcgError('LIMIT', `The file has ${size} bytes, more than the limit of ${maxBytes}`, {
      where: name,
      fix: 'Raise the limit in `limits` if this is the file you mean.',
    });
  }
  return readExactly(source, name, 0, size);
}
