import type { Device } from '@ecgpu/engine';
import { inspectWasm, openDevice } from '@ecgpu/engine/node';
import { Option } from 'commander';
import type { Console } from '../output/console.js';
import { UsageError } from '../usage-error.js';
import { wholeNumber } from './numbers.js';
import { chooseManifest } from './tuning-choice.js';

const CHOICES = ['auto', 'webgpu', 'wasm', 'cpu'] as const;

/** What a command with `deviceOption()` and `threadsOption()` is told. */
export interface DeviceOptions {
  readonly device: (typeof CHOICES)[number];
  readonly threads?: number;
}

export function deviceOption(): Option {
  return new Option('--device <kind>', 'what computes').choices(CHOICES).default('auto');
}

export function threadsOption(): Option {
  const { threads, mostThreads } = inspectWasm();
  return new Option('--threads <n>', `of the wasm device (default: ${threads}, one a core and at most 8)`).argParser(
    wholeNumber(1, mostThreads),
  );
}

/**
 * Opens the device and says in one line on stderr what computes, and how to get a GPU where there is none. Throws a
 * UsageError for threads of a device that has none.
 */
export async function openChosenDevice({ device: choice, threads }: DeviceOptions, console: Console): Promise<Device> {
  if (threads !== undefined && (choice === 'webgpu' || choice === 'cpu')) {
    throw new UsageError(
      `--threads ${threads}: --device ${choice} has no threads to choose`,
      'Leave --threads out, or compute with --device wasm.',
    );
  }
  const chosen = choice === 'auto' || choice === 'webgpu' ? await chooseManifest(console) : undefined;
  const device = await openDevice({
    kind: choice,
    ...(threads === undefined ? {} : { threads }),
    ...(chosen === undefined ? {} : { manifest: chosen.manifest }),
  });
  const tuned = device.tuning?.applied ? ', tuned kernel variants' : '';
  console.err(`device: ${device.kind}, ${device.description}${tuned}${hintFor(choice, device, threads)}\n`);
  if (chosen && device.tuning?.applied === false) {
    console.err(`tuning: ${chosen.file} is not used: ${device.tuning.reason}; \`ecgpu doctor --tune\` tunes anew\n`);
  }
  return device;
}

function hintFor(choice: DeviceOptions['device'], { kind }: Device, threads: number | undefined): string {
  if (choice !== 'auto') return '';
  if (kind !== 'webgpu') return ' (no GPU; `ecgpu doctor` says how to get one)';
  return threads === undefined ? '' : ' (--threads does not matter: the GPU computes)';
}
