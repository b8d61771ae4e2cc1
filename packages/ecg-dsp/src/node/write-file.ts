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
  const force = options.force === true;
  if (!force && (await exists(path))) throw fileExists(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  try {
    await makeFolder(dirname(path));
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (force) await rename(temporary, path);
    else await nameIfFree(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    if (cause instanceof EcgError) throw cause;
    throw new EcgError(
      'WRITE_FAILED',
      `${path} cannot be written (${cause instanceof Error ? cause.message : cause})`,
      {
        where: path,
        fix: 'Check the folder, its permissions and the free space.',
        cause,
      },
    );
  }
}

/**
 * Writes several files of one record; where one of them is there already, none is written.
 * @throws EcgError FILE_EXISTS, WRITE_FAILED
 */
export async function writeFilesAtomic(
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  options: WriteOptions = {},
): Promise<void> {
  for (const { name } of files) {
    if (options.force !== true && (await exists(join(folder, name)))) throw fileExists(join(folder, name));
  }
  for (const { name, bytes } of files) await writeFileAtomic(join(folder, name), bytes, options);
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
