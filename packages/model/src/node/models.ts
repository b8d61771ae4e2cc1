import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EcgError } from '@ecgpu/ecg-dsp';
import { decodeModel, fileHash, type Model } from '../model-file/model-file.js';
import { decodePatientModel, parentOf } from '../patient/model.js';
import { decodeRhythmModel, type RhythmModel } from '../rhythm/model.js';

/** Models that come with the package, by name. */
export const SHIPPED_MODELS = { beat: 'beat.safetensors', sequence: 'sequence.safetensors' } as const;

export type LoadedModel = Model & {
  /** Its name or path, as given. */
  readonly name: string;
  /** SHA-256 of its file. */
  readonly hash: string;
};

/** The file of a model, by the name of a shipped one or by its path. Throws MODEL_NOT_FOUND where neither is there, or can be read. */
export function modelBytes(nameOrFile: string): Promise<Uint8Array> {
  const fix = `Give a model file, or one of the shipped models: ${Object.keys(SHIPPED_MODELS).join(', ')}.`;
  return readModelFile(pathOf(nameOrFile), nameOrFile, fix);
}

/** Where a shipped model lies, or the path as it is. */
function pathOf(nameOrFile: string): string {
  return Object.hasOwn(SHIPPED_MODELS, nameOrFile)
    ? join(pretrainedFolder(), SHIPPED_MODELS[nameOrFile as keyof typeof SHIPPED_MODELS])
    : nameOrFile;
}

/**
 * A model by the name of a shipped one or by its file. A patient's model needs the one it was made from: a shipped one, or a
 * file in the same folder, where it may be another patient's model. Throws MODEL_NOT_FOUND where neither is there, PARENT_NOT_FOUND, FORMAT where the file is no
 * sound model.
 */
export async function loadModel(nameOrFile: string): Promise<LoadedModel> {
  const bytes = await modelBytes(nameOrFile);
  return {
    ...(await wholeModel(bytes, pathOf(nameOrFile), nameOrFile)),
    name: nameOrFile,
    hash: await fileHash(bytes),
  };
}

/** The parent may be a patient's model itself. As each names its parent by a hash, there is an end. */
async function wholeModel(bytes: Uint8Array, path: string, where: string): Promise<Model> {
  const parent = parentOf(bytes, where);
  if (parent === undefined) return decodeModel(bytes, where);
  const whole = await wholeModel(await findParent(parent, path), path, `the parent of ${where}`);
  return decodePatientModel(bytes, whole, parent, where);
}

/** Larger files are not looked at when a parent is searched. */
const MOST_BYTES = 64 * 2 ** 20;

async function findParent(hash: string, patient: string): Promise<Uint8Array> {
  const shipped = Object.values(SHIPPED_MODELS).map((file) => join(pretrainedFolder(), file));
  const folder = dirname(patient);
  const beside = (await readdir(folder)).filter((file) => file.endsWith('.safetensors')).sort();
  for (const file of [...shipped, ...beside.map((name) => join(folder, name))]) {
    // What cannot be looked at is not the parent: a folder, a link to nothing.
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile() || found.size > MOST_BYTES) continue;
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes && (await fileHash(bytes)) === hash) return bytes;
  }
  throw new EcgError('PARENT_NOT_FOUND', `${patient} needs the model it was made from, which is not there`, {
    where: patient,
    fix: `Put the model file with SHA-256 ${hash} into ${folder}, under a name that ends in .safetensors.`,
  });
}

/** A rhythm model by its file; none is shipped. Throws MODEL_NOT_FOUND, FORMAT. */
export async function loadRhythmModel(file: string): Promise<RhythmModel & { readonly hash: string }> {
  const bytes = await readModelFile(file, file, 'Give a model file that `ecgpu rhythm train` wrote.');
  return { ...decodeRhythmModel(bytes, file), hash: await fileHash(bytes) };
}

function readModelFile(path: string, name: string, fix: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const message =
      cause.code === 'ENOENT' ? `there is no model '${name}'` : `the model '${name}' cannot be read (${cause.code})`;
    throw new EcgError('MODEL_NOT_FOUND', message, { where: name, fix, cause });
  });
}

/** Beside `src/` when run from the sources, beside `dist/` when built. */
function pretrainedFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return join(here.endsWith('dist') ? here : dirname(here), '..', 'pretrained');
}
