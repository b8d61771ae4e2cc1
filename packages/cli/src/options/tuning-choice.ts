import { EngineError } from '@ecgpu/engine';
import { readTuningFile, tuningFile } from '@ecgpu/engine/node';
import type { TuningManifest } from '@ecgpu/engine/tuning';
import type { Console } from '../output/console.js';
import { UsageError } from '../usage-error.js';

/** Names the manifest's file, or `off` to compute with the default kernel variants. */
export const TUNING_VARIABLE = 'ECGPU_TUNING';

export interface ChosenManifest {
  readonly file: string;
  readonly manifest: TuningManifest;
}

/**
 * The manifest of ECGPU_TUNING, else the one that `ecgpu doctor --tune` left in the user's cache folder. One that was named
 * must be there and whole; a spoilt one in the cache is left alone, with a note.
 */
export async function chooseManifest(
  console: Console,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ChosenManifest | undefined> {
  const named = environment[TUNING_VARIABLE] || undefined;
  if (named === 'off') return undefined;
  const file = named ?? tuningFile(environment);
  try {
    const manifest = await readTuningFile(file);
    if (manifest !== undefined) return { file, manifest };
  } catch (error) {
    if (named !== undefined || !(error instanceof EngineError)) throw error;
    console.err(`tuning: ${error.message}; computing with the default kernel variants\n`);
    return undefined;
  }
  if (named === undefined) return undefined;
  throw new UsageError(
    `${TUNING_VARIABLE}: there is no file ${named}`,
    '`ecgpu doctor --tune --manifest FILE` makes one.',
  );
}
