import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { lstat, mkdir, open, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { EcgError } from '../errors.js';
import { makeFolder } from '../node/make-folder.js';
import { AttemptFailed, type GetOptions, get, withRetries } from './http-get.js';

export interface DownloadOptions extends GetOptions {
  /** Largest file that is accepted. */
  readonly maxFileBytes: number;
  /** Replaces a file whose checksum is another. */
  readonly force: boolean;
  /** Called as bytes arrive: bytes of the file so far, and in all where the server says. */
  readonly onBytes: (received: number, total: number | undefined) => void;
}

/** How a file came to be there: it was there and right, or it was fetched, from its start or from where it broke off. */
export type DownloadStatus = 'kept' | 'fetched' | 'resumed';

/**
 * Fetches one file to `folder/path`, whole and with the right checksum or not at all. What has arrived stays in
 * `path.part` and is gone on with at the next call, if the server still has the same file.
 * @param sum SHA-256 in hexadecimal
 * @throws EcgError FETCH_CHECKSUM, FETCH_CONFLICT, FETCH_TOO_LARGE, PATH_ESCAPE and those of {@link withRetries}
 */
export async function downloadFile(
  url: URL,
  folder: string,
  path: string,
  sum: string,
  options: DownloadOptions,
): Promise<DownloadStatus> {
  const target = join(folder, ...path.split('/'));
  await prepareFolder(folder, dirname(target));
  if (await isFile(target)) {
    if ((await sha256(target)) === sum) return 'kept';
    if (!options.force) {
      throw new EcgError('FETCH_CONFLICT', `${target} is there and is another file than ${url.host} has`, {
        where: path,
        fix: 'Move it away, or replace it on purpose with force.',
      });
    }
  }
  const part = new PartialFile(`${target}.part`);
  let status: DownloadStatus = 'fetched';
  let wrong = 0;
  const isWhole = async (): Promise<boolean> => (await part.size()) > 0 && (await sha256(part.path)) === sum;
  await withRetries(url.href, options, async () => {
    if (await isWhole()) return;
    if (await receive(url, part, options)) status = 'resumed';
    if ((await sha256(part.path)) === sum) return;
    await part.discard();
    status = 'fetched';
    wrong++;
    // Once may be a piece of an earlier version or a fault on the way; twice is the server's file.
    if (wrong < 2) throw new AttemptFailed(`${path} arrived with a wrong checksum`);
    throw new EcgError('FETCH_CHECKSUM', `${path} arrived twice with another checksum than it should have`, {
      where: url.href,
      fix: 'The file was changed on the server or on the way. Nothing was kept; try again later or report it there.',
    });
  });
  await part.finish(target);
  return status;
}

/** One attempt to bring the partial file to its full length; true where it went on from what was there. */
async function receive(url: URL, part: PartialFile, options: DownloadOptions): Promise<boolean> {
  const have = await part.size();
  const validator = have > 0 ? await part.validator() : undefined;
  const resume = have > 0 && validator !== undefined;
  const headers: Record<string, string> = resume ? { range: `bytes=${have}-`, 'if-range': validator } : {};
  const { response, body } = await get(url, headers, options).catch(async (error: unknown) => {
    // The server's file is not longer than what is here: it cannot be gone on with.
    if (resume && error instanceof AttemptFailed && error.status === 416) await part.discard();
    throw error;
  });
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const continues = response.status === 206 && resume && Number(range?.[1]) === have;
  if (response.status === 206 && !continues) {
    await body.return(undefined);
    await part.discard();
    throw new AttemptFailed('The server sent another range than was asked for');
  }
  const from = continues ? have : 0;
  const encoded = response.headers.get('content-encoding') ?? 'identity';
  const length = response.headers.get('content-length');
  const total = length !== null && encoded === 'identity' ? from + Number(length) : undefined;
  const tooLarge = (bytes: number): EcgError =>
    new EcgError('FETCH_TOO_LARGE', `The file has ${bytes} bytes or more, over the limit of ${options.maxFileBytes}`, {
      where: url.href,
      fix: 'Raise the limit if you expect a file of that size.',
    });
  if (total !== undefined && total > options.maxFileBytes) {
    await body.return(undefined);
    throw tooLarge(total);
  }
  const file = await part.openAt(from, validatorOf(response));
  let received = from;
  try {
    for await (const bytes of body) {
      received += bytes.length;
      if (received > options.maxFileBytes || (total !== undefined && received > total)) throw tooLarge(received);
      await file.writeFile(bytes);
      options.onBytes(received, total);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (total !== undefined && received < total)
    throw new AttemptFailed(`The file ended after ${received} of ${total} bytes`);
  return continues;
}

/** What a server names a version of a file by; weak tags do not promise the same bytes. */
function validatorOf(response: Response): string | undefined {
  const tag = response.headers.get('etag');
  if (tag !== null && /^"[^"]*"$/.test(tag)) return tag;
  return response.headers.get('last-modified') ?? undefined;
}

/** A file that is not whole yet, and beside it the name of its version. */
class PartialFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async size(): Promise<number> {
    return (await isFile(this.path)) ? (await lstat(this.path)).size : 0;
  }

  async validator(): Promise<string | undefined> {
    const text = await readFile(`${this.path}.version`, 'utf8').catch(() => '');
    return /^[ -~]{1,200}$/.test(text) ? text : undefined;
  }

  /** Opens for writing behind the first `from` bytes; from 0 anew. */
  async openAt(from: number, validator: string | undefined) {
    if (from === 0) {
      await this.discard();
      if (validator !== undefined) await writeFile(`${this.path}.version`, validator, { flag: 'wx' });
    }
    const noLinks = constants.O_NOFOLLOW ?? 0;
    return open(this.path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | noLinks, 0o666);
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(`${this.path}.version`, { force: true });
  }

  async finish(target: string): Promise<void> {
    await rename(this.path, target);
    await rm(`${this.path}.version`, { force: true });
  }
}

/** Makes a folder inside of the root; one that a link leads out of the root is refused. */
async function prepareFolder(root: string, folder: string): Promise<void> {
  await makeFolder(root);
  const real = await realpath(root);
  let at = root;
  for (const name of folder
    .slice(root.length)
    .split(sep)
    .filter((part) => part !== '')) {
    at = join(at, name);
    await mkdir(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const where = await realpath(at);
    if (!where.startsWith(real + sep)) {
      throw new EcgError('PATH_ESCAPE', `${at} is a link out of ${root}`, { where: at, fix: 'Remove the link.' });
    }
  }
}

/** Whether there is a plain file. @throws EcgError PATH_ESCAPE where there is a link or anything else */
async function isFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return false;
  if (found.isFile()) return true;
  throw new EcgError('PATH_ESCAPE', `${path} is there and is no plain file`, {
    where: path,
    fix: 'Remove it, or choose another folder.',
  });
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Uint8Array);
  return hash.digest('hex');
}
