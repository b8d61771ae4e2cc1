import type { Diagnostic } from '@ecgpu/ecg-dsp';
import type { Console } from './console.js';
import { printable } from './printable.js';

/** One line: how bad, what, its code and where. */
export function diagnosticLine({ severity, message, code, where, line, byteOffset }: Diagnostic): string {
  const place = [
    code,
    where,
    line === undefined ? undefined : `line ${line}`,
    byteOffset === undefined ? undefined : `byte ${byteOffset}`,
  ].filter((part) => part !== undefined);
  return printable(`${severity}: ${message} (${place.join(', ')})`);
}

/** Says on stderr what was odd about a record. */
export function warnOf(diagnostics: readonly Diagnostic[], record: string, console: Console): void {
  for (const diagnostic of diagnostics) console.err(`${printable(record)}: ${diagnosticLine(diagnostic)}\n`);
}
