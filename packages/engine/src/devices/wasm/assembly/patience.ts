/**
 * How long a thread looks at a word before it sleeps on it. A sleep and a wake-up cost as much as many a step of a run, and
 * some schedulers put a woken thread onto the core of the one that woke it, where both then work in turns beside an idle
 * core: two threads took as long as one. Threads that stay awake are moved apart at the next tick, which may be 10 ms off.
 * So a thread looks on, unless that is in vain: with more threads than cores, or other programs on them, looking takes
 * the core from those who are waited for. What is looked in vain is counted, and when it is too much, threads sleep soon.
 */

/** Milliseconds that each wait may be looked through, come what may. */
const SHORT: f64 = 0.003;
/** A wait is in vain that is longer, or in which the thread was off its core for so long. */
const LONG: f64 = 1;
const ABSENCE: f64 = 0.2;
/** Milliseconds that may be looked in vain at once: more than three ticks of a scheduler. */
const MOST_VAIN: f64 = 35;
/** The part of all time that the threads together may look in vain. */
const VAIN_PART: f64 = 0.02;
/** Milliseconds that a worker looks out for the next run where it may come as soon. */
const BETWEEN_RUNS: f64 = 2;
/** Looks between two at the clock: a third of a microsecond. */
const LOOKS: i32 = 1000;

/** Milliseconds from any start. */
declare function clock(): f64;

/** What may still be looked in vain, as of `countedAt`. Globals are the thread's own. */
let patience: f64 = MOST_VAIN;
let countedAt: f64 = 0;
let runEndedAt: f64 = 0;
let runsMayFollow: bool = false;

/** Looks until the word is no longer `seen`, `most` milliseconds at most; false when it is time to sleep. */
export function lookFor(word: usize, seen: i32, most: f64, threads: i32): bool {
  if (look(word, seen)) return true;
  const begun = clock();
  patience = min(MOST_VAIN, patience + ((begun - countedAt) * VAIN_PART) / (threads - 1));
  countedAt = begun;
  const limit = min(most, SHORT + patience);
  let last = begun;
  let absent = false;
  let changed = false;
  while (!changed && last - begun < limit) {
    changed = look(word, seen);
    const now = clock();
    if (now - last > ABSENCE) absent = true;
    last = now;
  }
  const waited = last - begun;
  if (!changed || absent || waited > LONG) {
    patience = max(0, patience - waited);
    countedAt = last;
  }
  return changed;
}

/** A worker's wait for the run after `seen`: looks out for it where runs follow each other closely. */
export function lookForRun(word: usize, seen: i32, threads: i32): void {
  runEndedAt = clock();
  if (runsMayFollow) lookFor(word, seen, BETWEEN_RUNS, threads);
}

/** A run has begun. The next may follow if this one did, and after a pause that has earned the time to see. */
export function runBegins(threads: i32): void {
  const pause = clock() - runEndedAt;
  runsMayFollow = pause < BETWEEN_RUNS || (pause * VAIN_PART) / (threads - 1) > BETWEEN_RUNS;
}

function look(word: usize, seen: i32): bool {
  for (let i = 0; i < LOOKS; i++) if (atomic.load<i32>(word) !== seen) return true;
  return false;
}
