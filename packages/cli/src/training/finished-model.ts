import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import type { Console } from '../output/console.js';

/**
 * The model that an earlier start has finished in a run's folder. Undefined where there is none, or it cannot be read any more,
 * which is told: the run's last checkpoint makes it again.
 */
export async function finishedModel(folder: string, console: Console): Promise<LoadedModel | undefined> {
  const file = join(folder, 'model.safetensors');
  if (!existsSync(file)) return undefined;
  try {
    return await loadModel(file);
  } catch {
    console.err(`${file} is damaged and is not used\n`);
    return undefined;
  }
}
