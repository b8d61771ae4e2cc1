import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.js';
import { Interrupted } from './interruption.js';
import { printable } from './output/printable.js';
import { UsageError } from './usage-error.js';

/** Codes that mean: the device asked for is not there. */
const NO_DEVICE = new Set(['NO_ADAPTER', 'NO_WEBGPU_PACKAGE', 'NO_WASM', 'NO_THREADS']);
/** Codes that mean: the call was wrong, not the data. */
const WRONG_USE = new Set(['UNKNOWN_DETECTOR', 'UNKNOWN_SPLIT', 'ANNOTATOR_NAME']);

interface Described {
  readonly code?: string;
  readonly where?: string;
  readonly line?: number;
  readonly byteOffset?: number;
  readonly fix?: string;
}

/** Says what went wrong on stderr, without a stack trace, and gives the exit code. */
export function reportError(error: unknown, write: (text: string) => void): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
  if (error instanceof Interrupted) return error.exitCode;
  const message = error instanceof Error ? error.message : String(error);
  const { code, where, line, byteOffset, fix } = (error ?? {}) as Described;
  const place = [
    where,
    line === undefined ? undefined : `line ${line}`,
    byteOffset === undefined ? undefined : `byte ${byteOffset}`,
  ].filter((part) => part !== undefined && !message.includes(String(part)));
  write(`ecgpu: ${printable(message)}${place.length > 0 ? ` (${printable(place.join(', '))})` : ''}\n`);
  if (fix !== undefined) write(`  ${printable(fix)}\n`);
  if (error instanceof UsageError || (code !== undefined && WRONG_USE.has(code))) return EXIT.wrongUse;
  if (code !== undefined && NO_DEVICE.has(code)) return EXIT.noDevice;
  // An error that is not one of ours is a defect of the program; where it happened helps whoever reports it.
  if (code === undefined && error instanceof Error && process.env['ECGPU_DEBUG'] === '1') write(`${error.stack}\n`);
  return EXIT.failed;
}
