import type { BeatComparison } from './match.js';
import { quantile } from './quantile.js';

/** Test time minus reference time over the pairs of a comparison, in samples; null where there is no pair. */
export interface TimeOffsets {
  readonly pairs: number;
  readonly median: number | null;
  /** The interval that 95 % of the pairs are in. */
  readonly low: number | null;
  readonly high: number | null;
}

/** How far the test's marks lie from the reference's: what a match window of 150 ms hides. */
export function timeOffsets(events: BeatComparison['events']): TimeOffsets {
  const offsets = events
    .flatMap((event) => (event.kind === 'match' ? [event] : []))
    .filter(({ reference, test }) => reference.label !== 'O' && test.label !== 'O')
    .map(({ reference, test }) => test.sample - reference.sample)
    .sort((a, b) => a - b);
  return {
    pairs: offsets.length,
    median: quantile(offsets, 0.5),
    low: quantile(offsets, 0.025),
    high: quantile(offsets, 0.975),
  };
}
