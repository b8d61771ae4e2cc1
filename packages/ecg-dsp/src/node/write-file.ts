import { randomBytes } from 'node:crypto';
import { link, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EcgError } from '../errors.js';
import { makeFolder } from './make-folder.js';

export interface WriteOptions {
  /** Replaces a file that is there. Default false. */
  readonly force?: boolean;
}

/**
 * Writes a file whole or not at all: into a new file beside it, which then takes its name. Makes the folder if needed.
 * @throws EcgError FILE_EXISTS where the file is there and `force` is not set; WRITE_FAILED
 */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array | string,
  options: WriteOptions = {},
): Promise<void> {
  await writeAll([{ path, bytes }], options.force === true);
}

/**
 * Writes several files of one record; where one of them is there already, or cannot be written, none is.
 * @throws EcgError FILE_EXISTS, WRITE_FAILED
 */
export async function writeFilesAtomic(
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  options: WriteOptions = {},
): Promise<void> {
  await writeAll(
    files.map(({ name, bytes }) => ({ path: join(folder, name), bytes })),
    options.force === true,
  );
}

/** All have been written, under other names, before the first takes its own: a full disk leaves no half of a record. */
async function writeAll(
  files: readonly { readonly path: string; readonly bytes: Uint8Array | string }[],
  force: boolean,
): Promise<void> {
  for (const { path } of files) if (!force && (await exists(path))) throw fileExists(path);
  const written: { readonly temporary: string; readonly path: string }[] = [];
  try {
    for (const { path, bytes } of files) {
      const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
      written.push({ temporary, path });
      await orFailed(path, () => writeNew(temporary, bytes));
    }
    for (const { temporary, path } of written)
      await orFailed(path, () => (force ? rename(temporary, path) : nameIfFree(temporary, path)));
  } catch (error) {
    for (const { temporary } of written) await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

async function writeNew(path: string, bytes: Uint8Array | string): Promise<void> {
  await makeFolder(dirname(path));
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function orFailed(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof EcgError) throw cause;
    throw new EcgError(
      'WRITE_FAILED',
      `${path} cannot be written (${cause instanceof Error ? cause.message : cause})`,
      { where: path, fix: 'Check the folder, its permissions and the free space.', cause },
    );
  }
}

/** Gives the file its name unless another took it meanwhile. */
async function nameIfFree(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EEXIST' || (await exists(path))) throw fileExists(path);
    // Some file systems have no hard links.
    await rename(temporary, path);
    return;
  }
  await unlink(temporary);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function fileExists(path: string): EcgError {
  return new EcgError('FILE_EXISTS', `${path} is there already`, {
    where: path,
    fix: 'Choose another name, or overwrite it on purpose with force.',
  });
}
