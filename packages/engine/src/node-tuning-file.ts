import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineError } from './errors.js';
import { readManifest, type TuningManifest } from './tuning/manifest.js';

/** A manifest of every class takes about 20 KB. */
const LARGEST_FILE = 1 << 20;

/** Where a user's tuning manifest lies: the cache folder that the platform's custom names. */
export function tuningFile(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  const home = homedir();
  const ofPlatform =
    platform === 'win32'
      ? (environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'))
      : platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : join(home, '.cache');
  return join(environment['XDG_CACHE_HOME'] || ofPlatform, 'ecgpu', 'tuning.json');
}

/** The manifest in a file; undefined where there is no file. Throws FORMAT where it is none or larger than 1 MiB. */
export async function readTuningFile(file: string): Promise<TuningManifest | undefined> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > LARGEST_FILE) throw notAManifest(file, `has ${size} bytes, more than a manifest can have`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return readManifest(JSON.parse(text));
  } catch (cause) {
    throw notAManifest(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** Writes a manifest whole or not at all, and the folders on the way to it. */
export async function writeTuningFile(file: string, manifest: TuningManifest): Promise<void> {
  await makeFolders(dirname(file));
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, `${JSON.stringify(manifest, null, 1)}\n`);
  const written = await open(beside, 'r');
  await written.sync().finally(() => written.close());
  await rename(beside, file);
}

/** Node's own recursive `mkdir` never returns where the folder above is there and takes no other, as in `/proc` (Node 20.20). */
async function makeFolders(path: string): Promise<void> {
  if (existsSync(path)) return;
  if (dirname(path) !== path) await makeFolders(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

function notAManifest(file: string, what: string, cause?: unknown): EngineError {
  return new EngineError('FORMAT', `${file} is no tuning manifest: ${what}`, {
    where: file,
    fix: 'Delete it, or tune again with `ecgpu doctor --tune`.',
    cause,
  });
}
