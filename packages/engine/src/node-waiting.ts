/**
 * While anything asynchronous is under way, Dawn in Node asks its driver again at every turn of the event loop. With a
 * software driver that takes the CPU from the kernels: on two cores a training step took 1.5 times as long.
 */
const LONGEST_NAP = 1;
const SHORTEST_NAP = 0.05;
/** A nap's part of what has been waited already, so that short waits end about when they would have. */
const PART = 1 / 16;

const never = new Int32Array(new SharedArrayBuffer(4));
let pending = 0;

/** Lets this thread sleep up to a millisecond between the event loop's turns until `promise` is settled. */
export function sleepBetweenTurns(promise: Promise<unknown>): void {
  const start = performance.now();
  const settled = () => pending--;
  promise.then(settled, settled);
  if (pending++ > 0) return;
  const nap = () => {
    if (pending === 0) return;
    Atomics.wait(never, 0, 0, Math.min(LONGEST_NAP, Math.max(SHORTEST_NAP, (performance.now() - start) * PART)));
    setImmediate(nap);
  };
  setImmediate(nap);
}
