import { lookFor, lookForRun, runBegins } from './patience';

/**
 * How the threads of a device work through one command list. Words shared by all of them, each on a cache line of its
 * own; the device's `team.ts` has the same numbers.
 */
const CONTROL: usize = 32768;
/** Grows by one with every run; workers wait for it, in JavaScript. */
const GENERATION: usize = CONTROL;
/** Threads that have reached the barrier. */
const ARRIVED: usize = CONTROL + 64;
/** Grows by one whenever the barrier opens. */
const PHASE: usize = CONTROL + 128;
/** Not zero once a thread has trapped. */
const FAILED: usize = CONTROL + 192;
/** The run's command list and its length. */
const COMMANDS: usize = CONTROL + 320;
/** Threads that sleep at the barrier, or are about to. */
const ASLEEP: usize = CONTROL + 384;

/**
 * Sleeps for a while unless the word is no longer `seen`: Atomics.wait where the thread may block, else nothing. It is
 * imported because a sleep by `memory.atomic.wait32` made the caller lose a local variable in the baseline code of
 * V8 11.3 (Node 20): a worker then took part in one run twice.
 */
declare function sleep(word: usize, seen: i32): void;

/** A call of the kernel at `index` of the table. Packed: four words. */
@unmanaged
class Command {
  kernel: u32;
  parameters: usize;
  /** Not zero: thread 0 alone. */
  solo: i32;
  unused: i32;
}

function barrier(threads: i32): void {
  const phase = atomic.load<i32>(PHASE);
  if (atomic.add<i32>(ARRIVED, 1) === threads - 1) {
    atomic.sub<i32>(ARRIVED, threads);
    atomic.add<i32>(PHASE, 1);
    if (atomic.load<i32>(ASLEEP) !== 0) atomic.notify(PHASE, threads);
    return;
  }
  if (lookFor(PHASE, phase, f64.MAX_VALUE, threads)) return;
  atomic.add<i32>(ASLEEP, 1);
  // A thread that trapped never arrives.
  while (atomic.load<i32>(PHASE) === phase && atomic.load<i32>(FAILED) === 0) sleep(PHASE, phase);
  atomic.sub<i32>(ASLEEP, 1);
}

/** Every thread calls each command in turn; nobody starts one before all have finished the last. */
export function work(commands: usize, count: i32, thread: i32, threads: i32): void {
  for (let i = 0; i < count; i++) {
    const command = changetype<Command>(commands + <usize>i * offsetof<Command>());
    const solo = command.solo !== 0;
    if (!solo || thread === 0) call_indirect<void>(command.kernel, command.parameters, thread, solo ? 1 : threads);
    if (threads === 1) continue;
    if (atomic.load<i32>(FAILED) !== 0) return;
    // Thread 0 needs nobody between two steps that it does alone.
    if (solo && i + 1 < count && changetype<Command>(commands + <usize>(i + 1) * offsetof<Command>()).solo !== 0)
      continue;
    barrier(threads);
  }
}

/** The caller's side of a run: it works as thread 0 and returns when all threads are done. */
export function run(commands: usize, count: i32, threads: i32): void {
  if (threads > 1) {
    store<usize>(COMMANDS, commands);
    store<i32>(COMMANDS + 4, count);
    atomic.add<i32>(GENERATION, 1);
    atomic.notify(GENERATION, threads);
  }
  work(commands, count, 0, threads);
}

/** A worker's wait for the run after `seen`; it returns, sooner or later, without one too. */
export function awaitRun(seen: i32, threads: i32): void {
  lookForRun(GENERATION, seen, threads);
}

/** A worker's side of the run that has begun. */
export function join(thread: i32, threads: i32): void {
  runBegins(threads);
  work(load<usize>(COMMANDS), load<i32>(COMMANDS + 4), thread, threads);
}
