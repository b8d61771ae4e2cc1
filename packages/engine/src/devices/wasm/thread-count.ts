/** More threads than this only wait for each other at the network's sizes. */
const ENOUGH_THREADS = 8;

/** What the control block has room for. */
export const MOST_THREADS = 32;

/** Threads where nobody asks for a number: one a core, at most 8. */
export function defaultThreads(cores: number): number {
  return Math.max(1, Math.min(ENOUGH_THREADS, cores));
}
