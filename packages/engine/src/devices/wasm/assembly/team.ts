/**
 * How the threads of a device work through one command list. Words shared by all of them, each on a cache line of its
 * own; `team.ts` of the device has the same numbers.
 */
const CONTROL: usize = 32768;
/** Grows by one with every run; workers wait for it. */
const GENERATION: usize = CONTROL;
/** Threads that have reached the barrier. */
const ARRIVED: usize = CONTROL + 64;
/** Grows by one whenever the barrier opens. */
const PHASE: usize = CONTROL + 128;
/** Not zero once a thread has trapped. */
const FAILED: usize = CONTROL + 192;
/** The run's command list and its length. */
const COMMANDS: usize = CONTROL + 320;

/** Looks at a word this often before sleeping on it: about 20 µs, less than a sleep and a wake-up cost. */
const SPINS: i32 = 20000;

/** A call of the kernel at `index` of the table. Packed: four words. */
@unmanaged
class Command {
  kernel: u32;
  parameters: usize;
  /** Not zero: thread 0 alone. */
  solo: i32;
  unused: i32;
}

/** Nanoseconds of one sleep at a barrier: long, since only a trapped thread makes it run out. */
const SLEEP: i64 = 50000000;

function awaitChange(word: usize, seen: i32, mayWait: bool): void {
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(word) !== seen) return;
  }
  while (atomic.load<i32>(word) === seen && atomic.load<i32>(FAILED) === 0) {
    if (mayWait) atomic.wait<i32>(word, seen, SLEEP);
  }
}

function barrier(threads: i32, mayWait: bool): void {
  const phase = atomic.load<i32>(PHASE);
  if (atomic.add<i32>(ARRIVED, 1) === threads - 1) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.add<i32>(PHASE, 1);
    atomic.notify(PHASE, threads);
  } else {
    awaitChange(PHASE, phase, mayWait);
  }
}

/** Every thread calls each command in turn; nobody starts one before all have finished the last. */
function work(commands: usize, count: i32, thread: i32, threads: i32, mayWait: bool): void {
  for (let i = 0; i < count; i++) {
    const command = changetype<Command>(commands + <usize>i * offsetof<Command>());
    const solo = command.solo !== 0;
    if (!solo || thread === 0) call_indirect<void>(command.kernel, command.parameters, thread, solo ? 1 : threads);
    if (threads === 1) continue;
    if (atomic.load<i32>(FAILED) !== 0) return;
    // Thread 0 needs nobody between two steps that it does alone.
    if (solo && i + 1 < count && changetype<Command>(commands + <usize>(i + 1) * offsetof<Command>()).solo !== 0)
      continue;
    barrier(threads, mayWait);
  }
}

/** The caller's side of a run: it works as thread 0 and returns when all threads are done. */
export function run(commands: usize, count: i32, threads: i32, mayWait: bool): void {
  if (threads > 1) {
    store<usize>(COMMANDS, commands);
    store<i32>(COMMANDS + 4, count);
    atomic.add<i32>(GENERATION, 1);
    atomic.notify(GENERATION, threads);
  }
  work(commands, count, 0, threads, mayWait);
}

/** A worker's life: it waits for runs and takes part in them; it ends when the worker is terminated. */
export function serve(thread: i32, threads: i32): void {
  let seen = 0;
  while (atomic.load<i32>(FAILED) === 0) {
    while (atomic.load<i32>(GENERATION) === seen) atomic.wait<i32>(GENERATION, seen, -1);
    seen++;
    work(load<usize>(COMMANDS), load<i32>(COMMANDS + 4), thread, threads, true);
  }
}
