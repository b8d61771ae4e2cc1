import type { RandomGenerator } from '@ecgpu/engine';

/** A stretch of intervals that can be replaced by another rhythm, while the waveforms stay. */
export interface RhythmStretch {
  /** Interval before each beat, seconds; overwritten. */
  readonly intervals: Float64Array;
  /** Per beat, 1 for one that became a supraventricular premature beat; overwritten. */
  readonly premature: Uint8Array;
  /** Per beat, 1 in fibrillation; overwritten. */
  readonly fibrillation: Uint8Array;
}

/** Shortest interval that a fibrillating heart's ventricles answer with, seconds. */
const SHORTEST_IN_FIBRILLATION = 0.28;

/**
 * Replaces the rhythm, or a part of it, by atrial fibrillation: log-normal intervals, hardly correlated from one to the
 * next. Ventricular beats keep a short coupling and a pause.
 *
 * @param ventricular whether a beat of the stretch is ventricular
 */
export function fibrillate(
  { intervals, fibrillation }: RhythmStretch,
  ventricular: (beat: number) => boolean,
  random: RandomGenerator,
): void {
  const count = intervals.length;
  const partly = random.uniform() < 0.3;
  const length = partly ? 8 + random.integer(Math.max(1, count - 8)) : count;
  const from = partly ? random.integer(count - length + 1) : 0;
  const mean = random.uniform(0.45, 1.05);
  const spread = random.uniform(0.1, 0.3);
  const carry = random.uniform(-0.1, 0.3);
  let last = random.normal();
  for (let beat = from; beat < from + length; beat++) {
    const fresh = random.normal();
    const deviation = (fresh + carry * last) / Math.sqrt(1 + carry * carry);
    last = fresh;
    const coupling = ventricular(beat)
      ? random.uniform(0.5, 0.8)
      : beat > 0 && ventricular(beat - 1)
        ? random.uniform(1, 1.5)
        : Math.exp(spread * deviation);
    intervals[beat] = Math.max(SHORTEST_IN_FIBRILLATION, mean * coupling);
    fibrillation[beat] = 1;
  }
}

/**
 * Makes beats of a regular rhythm premature: single ones, every second to fourth, runs, or most of them, as in a record
 * where the premature beats are the majority.
 */
export function makePremature(stretch: RhythmStretch, random: RandomGenerator): void {
  const kind = random.uniform();
  if (kind < 0.25) mostlyPremature(stretch, random);
  else if (kind < 0.625) single(stretch, random);
  else if (kind < 0.8125) everyFew(stretch, random);
  else runs(stretch, random);
}

function single(stretch: RhythmStretch, random: RandomGenerator): void {
  const count = 1 + random.integer(5);
  const coupling = random.uniform(0.55, 0.84);
  for (let i = 0; i < count; i++) placeRun(stretch, random.integer(stretch.intervals.length), 1, coupling, 1.4, random);
}

function everyFew(stretch: RhythmStretch, random: RandomGenerator): void {
  const count = stretch.intervals.length;
  const period = 2 + random.integer(3);
  const coupling = random.uniform(0.55, 0.84);
  const from = random.integer(count);
  const to = Math.min(count, from + period * (3 + random.integer(20)));
  for (let beat = from; beat < to; beat += period) placeRun(stretch, beat, 1, coupling, 1.4, random);
}

function runs(stretch: RhythmStretch, random: RandomGenerator): void {
  const count = 1 + random.integer(3);
  for (let i = 0; i < count; i++) {
    const from = random.integer(stretch.intervals.length);
    placeRun(stretch, from, 2 + random.integer(12), random.uniform(0.55, 0.84), 2, random);
  }
}

/** Two states in turn, sinus and ectopic, each as long as chance has it; slow sinus beats and irregular ectopic ones. */
function mostlyPremature({ intervals, premature }: RhythmStretch, random: RandomGenerator): void {
  const slower = random.uniform(0.9, 1.42);
  const coupling = random.uniform(0.55, 0.84);
  const irregularity = random.uniform(0.02, 0.12);
  const toEctopic = random.uniform(0.3, 0.95);
  const stayEctopic = random.uniform(0.3, 0.92);
  const longestPause = random.uniform(1, 2);
  let ectopic = false;
  for (let beat = 0; beat < intervals.length; beat++) {
    const wasEctopic: boolean = ectopic;
    ectopic = random.uniform() < (wasEctopic ? stayEctopic : toEctopic);
    const sinus = intervals[beat]! * slower;
    if (ectopic) intervals[beat] = sinus * coupling * Math.exp(irregularity * random.normal());
    else intervals[beat] = sinus * (wasEctopic ? random.uniform(0.95, longestPause) : 1);
    premature[beat] = ectopic ? 1 : 0;
  }
}

function placeRun(
  { intervals, premature }: RhythmStretch,
  from: number,
  length: number,
  coupling: number,
  longestPause: number,
  random: RandomGenerator,
): void {
  const to = Math.min(intervals.length, from + length);
  for (let beat = from; beat < to; beat++) {
    if (premature[beat]) return;
    intervals[beat]! *= coupling * Math.exp(0.03 * random.normal());
    premature[beat] = 1;
  }
  if (to < intervals.length && !premature[to]) intervals[to]! *= random.uniform(0.95, longestPause);
}
