import { EXIT } from '../exit-codes.js';

interface Output {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/**
 * What becomes of the work when nothing more can be written. Where a reader of results closes its pipe early (`ecgpu … | head`) the rest is
 * not wanted: it ends, and is no failure. Where they have no room, it fails. Without progress (`ecgpu train … 2>&1 >/dev/null | head`) it
 * goes on unseen, as what it writes to files is wanted all the same.
 */
export function endWithReaders(
  results: Output,
  progress: Output,
  say: (text: string) => void,
  exit: (code: number) => void,
): void {
  results.on('error', (error) => {
    if (error.code === 'EPIPE') return exit(EXIT.done);
    say(`ecgpu: results cannot be written (${error.message})\n`);
    exit(EXIT.failed);
  });
  progress.on('error', () => {});
}
