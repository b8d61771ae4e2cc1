/** Something that does the work of a group and can be timed. */
export interface Contender {
  /** Does the work `iterations` times and gives the milliseconds it took, results arrived. */
  sample(iterations: number): Promise<number>;
  /** Largest difference of its results from the reference, relative to the reference's largest value. */
  readonly error: number;
  /** What it measured beside the time, under names that say the unit. */
  readonly facts?: Readonly<Record<string, number>>;
  close(): void | Promise<void>;
}

/** A row of a group before it is measured. */
export interface Entry {
  readonly name: string;
  /** Gets everything ready, compiled and warmed, and computes once to be compared; throws where it cannot run here. */
  readonly open: () => Promise<Contender>;
  /** Set on the second of two equal rows: the name of the first. */
  readonly controlOf?: string;
  /** Threads that compute with WebAssembly SIMD: such a row is also given as a share of the group's SIMD peak. */
  readonly simdThreads?: number;
}

/** Times `work` in this process. */
export async function timed(work: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Largest difference relative to the largest expected magnitude; Infinity where a value is not finite or missing. */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let [most, worst] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(got[i]! - want[i]!);
    most = Math.max(most, Math.abs(want[i]!));
    worst = Math.max(worst, Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY);
  }
  return worst === 0 ? 0 : worst / most;
}
