interface Output {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/**
 * What becomes of the work when a reader closes its pipe early. Of results (`ecgpu … | head`) the rest is not wanted: it ends, and is no
 * failure. Of progress (`ecgpu train … 2>&1 >/dev/null | head`) it goes on unseen, as what it writes to files is wanted all the same.
 */
export function endWithReaders(results: Output, progress: Output, exit: (code: number) => void): void {
  results.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    exit(0);
  });
  progress.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
