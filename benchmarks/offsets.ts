import type { BeatComparison } from '@ecgpu/ecg-dsp/ec57';

/** Samples from each matched reference beat to the detection, of all comparisons together, sorted. */
export function pooledOffsets(comparisons: readonly BeatComparison[]): Float64Array {
  const offsets = comparisons.flatMap(({ events }) =>
    events.flatMap((event) => (event.kind === 'match' ? [event.test.sample - event.reference.sample] : [])),
  );
  return Float64Array.from(offsets).sort();
}

/** The value of rank 0 to 1 of sorted values; NaN where there is none. */
export function quantile(sorted: Float64Array, rank: number): number {
  return sorted[Math.round(rank * (sorted.length - 1))] ?? Number.NaN;
}
