import { openSync, readSync } from 'node:fs';

/** Linux counts for each thread: nanoseconds it ran, nanoseconds it could have run but had no core, times it got one. */
const COUNTS = '/proc/thread-self/schedstat';
const text = Buffer.alloc(80);
const file = open();

function open(): number | undefined {
  try {
    return openSync(COUNTS, 'r');
  } catch {
    return undefined;
  }
}

/**
 * Milliseconds so far that this thread could have run but had no core, because others had them. The count is exact to the last
 * time it got one, unlike the time it ran, which is brought up to date at clock ticks. 0 where the system does not tell.
 */
export function waitedForCore(): number {
  if (file === undefined) return 0;
  const length = readSync(file, text, 0, text.length, 0);
  return Number(text.toString('latin1', 0, length).split(' ')[1]) / 1e6;
}
