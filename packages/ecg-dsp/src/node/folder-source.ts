import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EcgError } from '../errors.js';
import { checkRelativePath } from '../wfdb/file-name.js';
import { fileNotFound, type RecordSource } from '../wfdb/source.js';
import { installedFlac } from './installed-flac.js';

const flac = installedFlac();

/**
 * Files of a folder. Names may go down into sub-folders and never up or out; symbolic links are followed, as data sets
 * are often made of them. FLAC samples are read where the package `@wasm-audio-decoders/flac` is installed.
 */
export function folderSource(folder: string): RecordSource {
  const root = resolve(folder);
  const locate = (name: string): string => join(root, ...checkRelativePath(name, name).split('/'));
  return {
    flac,
    async size(name) {
      const path = locate(name);
      try {
        const found = await stat(path);
        // A pipe or a device would make a reader wait for ever.
        if (found.isFile()) return found.size;
      } catch (cause) {
        const record = await recordInFolder(path);
        if (record) throw fileNotFound(name, `This is a folder of records: name one of them, as ${record}.`);
        throw unreadable(name, root, cause);
      }
      throw fileNotFound(name, `${path} is not a plain file.`);
    },
    async read(name, from, to) {
      const path = locate(name);
      try {
        const file = await open(path, 'r');
        try {
          if (!(await file.stat()).isFile()) throw fileNotFound(name, `${path} is not a plain file.`);
          const bytes = new Uint8Array(Math.max(0, to - from));
          let filled = 0;
          while (filled < bytes.length) {
            const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return bytes.subarray(0, filled);
        } finally {
          await file.close();
        }
      } catch (cause) {
        throw unreadable(name, root, cause);
      }
    },
  };
}

/** A record named by its path: the folder as a source, and the record's name in it. */
export function openRecordPath(path: string): { source: RecordSource; name: string } {
  return { source: folderSource(dirname(path)), name: basename(path).replace(/\.hea$/i, '') };
}

/** Of a header's path: a record in the folder of that name, where the folder was meant for a record. */
async function recordInFolder(path: string): Promise<string | undefined> {
  const folder = path.replace(/\.hea$/, '');
  if (folder === path) return undefined;
  const header = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.hea')).sort()[0];
  return header && `${basename(folder)}/${header.slice(0, -'.hea'.length)}`;
}

function unreadable(name: string, root: string, cause: unknown): EcgError {
  if (cause instanceof EcgError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return fileNotFound(name, `Looked in ${root}.`);
  return new EcgError('SOURCE_FAILED', `${name} cannot be read (${code || cause})`, {
    where: name,
    fix: `Check the permissions in ${root}.`,
    cause,
  });
}
