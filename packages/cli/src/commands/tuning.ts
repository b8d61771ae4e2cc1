import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { openDevice, readTuningFile, tuningFile, writeTuningFile } from '@ecgpu/engine/node';
import {
  joinManifests,
  type TuningManifest,
  tuneDevice,
  type VariantChoice,
  type VariantTiming,
} from '@ecgpu/engine/tuning';
import { TUNING_VARIABLE } from '../options/tuning-choice.js';
import type { Console } from '../output/console.js';
import { UsageError } from '../usage-error.js';

export interface TuningReport {
  /** Where the manifest was written to. */
  readonly file: string;
  readonly manifest: TuningManifest;
}

/**
 * Times the kernel variants of the WebGPU adapter and writes the manifest, which keeps what an earlier one says of other
 * classes of shapes in the same place. A file that was named lies in a folder that is there: a mistyped one is not made. Throws
 * NO_ADAPTER where there is none, UsageError.
 */
export async function tuneAdapter(
  { only, file: named }: { readonly only?: string | undefined; readonly file?: string | undefined },
  console: Console,
): Promise<TuningReport> {
  if (named !== undefined && !existsSync(dirname(named)))
    throw new UsageError(`--manifest: there is no folder ${dirname(named)}`, 'Make it, or name another.');
  const file = named ?? tuningFile();
  const earlier = await readTuningFile(file);
  const device = await openDevice({ kind: 'webgpu' });
  const progress = console.progress('tune');
  try {
    const found = await tuneDevice(device, {
      filter: (shapes) => only === undefined || shapes.startsWith(only),
      onProgress: ({ done, total, shapes }) => progress.update(done, total, shapes),
    });
    progress.end();
    if (found.choices.length === 0) throw new UsageError(`no class of shapes starts with '${only}'`);
    await writeTuningFile(file, joinManifests(earlier, found));
    return { file, manifest: found };
  } finally {
    device.close();
  }
}

/** Each class of shapes: its variants with their times beside the default's, then what was chosen and why. */
export function describeTuning({ file, manifest }: TuningReport): string[] {
  const { adapter, driver, choices } = manifest;
  const width = Math.max(...choices.flatMap(({ timings }) => timings.map((timing) => nameOf(timing).length)), 7);
  return [
    `Tuned: ${adapter}${driver === '' ? '' : ` · ${driver}`}`,
    ...choices.flatMap((choice) => describeChoice(choice, width)),
    '',
    `Written to ${file}, which commands that compute on this adapter read; ${TUNING_VARIABLE}=off leaves it aside.`,
  ];
}

function describeChoice(
  { kernel, shapes, workload, variant, reason, timings }: VariantChoice,
  width: number,
): string[] {
  return [
    '',
    `${shapes} (${workload}), variants of ${kernel}:`,
    `  ${'variant'.padEnd(width)}  ${'ms'.padStart(8)}  × default  quartiles`,
    ...timings.map((timing) => `  ${nameOf(timing).padEnd(width)}  ${describeTiming(timing)}`),
    `  ${variant === null ? 'default' : variant} is taken: ${reason}`,
  ];
}

function nameOf({ variant, control }: VariantTiming): string {
  return variant ?? (control ? 'default again (control)' : 'default');
}

function describeTiming({ milliseconds, ratio, skipped }: VariantTiming): string {
  if (milliseconds === undefined || ratio === undefined) return skipped ?? '';
  const [median, lower, upper] = [ratio.median, ratio.lower, ratio.upper].map((value) => value.toFixed(2));
  return `${milliseconds.median.toFixed(3).padStart(8)}  ${median!.padStart(9)}  ${lower} – ${upper}`;
}
