import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EcgError } from '@ecgpu/ecg-dsp';
import { makeFolder } from '@ecgpu/ecg-dsp/node';
import type { Console } from './console.js';

/**
 * Adds a report to a file, `-` being the terminal. Headings are written only where the file is new, so that a table can
 * be built up record by record, over many runs; to the terminal none are written.
 * @throws EcgError WRITE_FAILED
 */
export async function appendReport(path: string, report: string, console: Console, headings = ''): Promise<void> {
  if (path === '-') {
    console.out(report);
    return;
  }
  try {
    await makeFolder(dirname(path));
    await appendFile(path, existsSync(path) ? report : headings + report);
  } catch (cause) {
    throw new EcgError(
      'WRITE_FAILED',
      `${path} cannot be written (${cause instanceof Error ? cause.message : cause})`,
      {
        where: path,
        fix: 'Name a file in a folder you may write to, or - for the terminal.',
        cause,
      },
    );
  }
}
