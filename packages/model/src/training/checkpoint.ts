import { EngineError, type Parameters, readSafetensors, type Storage, writeSafetensors } from '@ecgpu/engine';
import { fileHash } from '../model-file/model-file.js';

/** All state of a training between two epochs. */
export interface Checkpoint {
  /** Epochs done. */
  readonly epoch: number;
  /** Steps done. */
  readonly step: number;
  /** Flat memories by name: weights, buffers, and the optimiser's companions. */
  readonly memories: ReadonlyMap<string, Float32Array>;
}

const FORMAT = 'ecgpu-checkpoint-2';

export async function captureCheckpoint(
  parameters: Parameters,
  { epoch, step }: { epoch: number; step: number },
): Promise<Checkpoint> {
  const memories = new Map<string, Float32Array>();
  const storages = [
    ['weights', parameters.weights],
    ['buffers', parameters.buffers],
    ...parameters.companions,
  ] as const;
  for (const [name, storage] of storages) memories.set(name, (await storage.read()) as Float32Array);
  return { epoch, step, memories };
}

/** Writes a checkpoint's state into parameters of the same network. Throws FORMAT when it belongs to another. */
export function restoreCheckpoint({ memories }: Checkpoint, parameters: Parameters): void {
  for (const [name, values] of memories) {
    const storage = memoryOf(parameters, name);
    if (storage === undefined || storage.length !== values.length) {
      throw new EngineError(
        'FORMAT',
        `the checkpoint's '${name}' (${values.length} values) does not fit this network`,
        {
          where: name,
          fix: 'Resume with the configuration the training was started with.',
        },
      );
    }
  }
  for (const [name, values] of memories) memoryOf(parameters, name)!.write(values);
}

function memoryOf(parameters: Parameters, name: string): Storage | undefined {
  if (name === 'weights') return parameters.weights;
  return name === 'buffers' ? parameters.buffers : parameters.companions.get(name);
}

/** As one safetensors file, with a SHA-256 over all it says so that damage is noticed. `config` must match on resume. */
export async function encodeCheckpoint(checkpoint: Checkpoint, config: string): Promise<Uint8Array<ArrayBuffer>> {
  const { epoch, step, memories } = checkpoint;
  const tensors = new Map([...memories].map(([name, values]) => [name, { shape: [values.length], values }]));
  const sha256 = await digest(checkpoint, config);
  return writeSafetensors(tensors, { format: FORMAT, epoch: String(epoch), step: String(step), config, sha256 });
}

/** Throws FORMAT when the file is damaged or no checkpoint. */
export async function decodeCheckpoint(bytes: Uint8Array): Promise<{ checkpoint: Checkpoint; config: string }> {
  const { tensors, metadata } = readSafetensors(bytes);
  const memories = new Map<string, Float32Array>();
  for (const [name, { values }] of tensors) if (values instanceof Float32Array) memories.set(name, values);
  const { format, epoch, step, config = '', sha256 } = metadata;
  const checkpoint = { epoch: Number(epoch), step: Number(step), memories };
  if (format !== FORMAT || sha256 !== (await digest(checkpoint, config))) {
    throw new EngineError('FORMAT', 'not an undamaged ecgpu checkpoint', {
      where: 'checkpoint',
      fix: 'Resume from the checkpoint before it.',
    });
  }
  return { checkpoint, config };
}

/** Of the counts and names too: a step or epoch that has lost a bit would give other weights without a word. */
function digest({ epoch, step, memories }: Checkpoint, config: string): Promise<string> {
  const encoder = new TextEncoder();
  const parts = [
    encoder.encode(`${JSON.stringify([FORMAT, epoch, step, config])}\n`),
    ...[...memories.keys()].sort().flatMap((name) => {
      const { buffer, byteOffset, byteLength, length } = memories.get(name)!;
      return [encoder.encode(`${name} [${length}]\n`), new Uint8Array(buffer, byteOffset, byteLength)];
    }),
  ];
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return fileHash(joined);
}
