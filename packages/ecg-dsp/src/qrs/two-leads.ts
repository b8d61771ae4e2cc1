import type { Diagnostic } from '../errors.js';
import { type Detection, detectBeats } from './detector.js';
import { firstNotBefore, LeadView } from './lead-view.js';
import { PeakRefiner } from './refine.js';

/** Seconds on each side of a beat by which it is judged. */
const AROUND_S = 10;
/** Intervals on each side whose median is the usual one. */
const AROUND_INTERVALS = 10;
/** Fewer beats around than this say nothing of how far two leads agree. */
const FEWEST_AROUND = 8;
/** A beat of the first lead alone is left out where so many others agree, it leaves no gap and the second lead shows nothing there. */
const EXTRA = { agreement: 0.7, mostInterval: 1.5, mostInSecond: 0.3 };
/** A beat of the second lead alone is taken where so many others agree and it is not next to another one. */
const MISSED = { agreement: 0.85, leastDistance: 0.25, nearest: 0.2 };
/** Both leads show something there. */
const WEAK = { interval: 0.8, inFirst: 0.3, inSecond: 0.4 };
/** The first lead has had no beat for longer than between two, as when it is off, and the second goes on as before. */
const LOST = { interval: 2.5, inSecond: 0.6 };

interface TwoLeads {
  readonly first: LeadView;
  readonly second: LeadView;
  readonly fs: number;
}

/**
 * Finds the R peaks of one lead with the help of another. The default detector looks at each; where the two agree on most of
 * the beats of the 20 s around, a beat that only the first shows may be left out and one that only the second shows taken in. Both
 * are decided by the interval it stands in and by the height of the QRS envelope in the other lead, against the median of these 20 s.
 * Where the second lead is no good, or has no sample, the beats are those of the first lead.
 *
 * @param first one lead, in any unit; NaN where there is no signal.
 * @param second another lead of the recording, sample for sample.
 * @param fs samples per second.
 * @returns R peaks of the first lead; where it shows nothing, the second's, moved by what usually lies between the two.
 * @throws EcgError `FS_INVALID`, `FS_TOO_LOW`.
 */
export function detectBeatsInTwoLeads(first: ArrayLike<number>, second: ArrayLike<number>, fs: number): Detection {
  const found = detectBeats(first, fs);
  const others = detectBeats(second, fs).samples;
  const leads: TwoLeads = {
    first: new LeadView(first, found.samples, others, fs),
    second: new LeadView(second, others, found.samples, fs),
    fs,
  };
  const kept = found.samples.filter((_, beat) => !isExtra(leads, beat));
  const added = missedBeats(leads, kept);
  const left = found.samples.length - kept.length;
  const info = (code: string, message: string): Diagnostic => ({ code, severity: 'info', message });
  return {
    ...found,
    samples: Int32Array.from([...kept, ...added]).sort(),
    diagnostics: [
      ...found.diagnostics,
      ...(left > 0 ? [info('BEATS_LEFT_OUT', `${left} beats that the second lead does not show were left out.`)] : []),
      ...(added.length > 0 ? [info('BEATS_ADDED', `${added.length} beats were found by the second lead.`)] : []),
    ],
  };
}

function isExtra({ first, second, fs }: TwoLeads, beat: number): boolean {
  const at = first.beats[beat]!;
  const [before, after] = [first.beats[beat - 1], first.beats[beat + 1]];
  if (first.counterparts[beat] !== -1 || before === undefined || after === undefined) return false;
  if (!second.hasSample(at) || after - before > EXTRA.mostInterval * usualInterval(first.beats, beat)) return false;
  const around = surroundings({ first, second, fs }, at, at, at + 1);
  return (
    around.agreement >= EXTRA.agreement && second.heightAt(at - around.offset, around.ofSecond) < EXTRA.mostInSecond
  );
}

/** Beats of the second lead alone that are taken, rising, none of them one of `kept`. */
function missedBeats({ first, second, fs }: TwoLeads, kept: Int32Array): number[] {
  const added: number[] = [];
  for (const [k, other] of second.beats.entries()) {
    const next = firstNotBefore(kept, other);
    const [before, after] = [kept[next - 1], kept[next]];
    if (second.counterparts[k] !== -1 || before === undefined || after === undefined) continue;
    const usual = usualInterval(kept, next);
    const around = surroundings({ first, second, fs }, other, before + 1, after);
    if (around.agreement < MISSED.agreement) continue;
    const interval = (after - before) / usual;
    const inFirst = first.heightAt(other + around.offset, around.ofFirst);
    const inSecond = second.heightAt(other, around.ofSecond);
    const weak = interval >= WEAK.interval && inFirst >= WEAK.inFirst && inSecond >= WEAK.inSecond;
    const lost = interval >= LOST.interval && inSecond >= LOST.inSecond;
    if (!weak && !lost) continue;
    const at = weak ? refined(first, other + around.offset, fs) : other + around.offset;
    const distance = Math.max(MISSED.nearest * fs, MISSED.leastDistance * usual);
    if (at - Math.max(before, added.at(-1) ?? 0) >= distance && after - at >= distance) added.push(at);
  }
  return added;
}

/** The intervals around the beat `at`, samples; their median. */
function usualInterval(beats: Int32Array, at: number): number {
  const near = beats.subarray(Math.max(0, at - AROUND_INTERVALS), at + AROUND_INTERVALS + 1);
  const intervals = near.subarray(1).map((beat, i) => beat - near[i]!);
  return intervals.sort()[intervals.length >> 1]!;
}

/** What the two leads have in common around a sample, beats `without … to` of both left out. */
function surroundings({ first, second, fs }: TwoLeads, at: number, without: number, to: number) {
  const reach = Math.round(AROUND_S * fs);
  const ofFirst = first.between(at - reach, at + reach);
  const ofSecond = second.between(at - reach, at + reach);
  const offsets: number[] = [];
  let [beats, shared] = [0, 0];
  for (const [lead, { from, to: end }] of [
    [first, ofFirst],
    [second, ofSecond],
  ] as const) {
    for (let beat = from; beat < end; beat++) {
      const sample = lead.beats[beat]!;
      if (sample >= without && sample < to) continue;
      beats++;
      const counterpart = lead.counterparts[beat]!;
      if (counterpart === -1) continue;
      shared++;
      if (lead === first) offsets.push(sample - counterpart);
    }
  }
  return {
    ofFirst,
    ofSecond,
    /** Share of the beats of both leads that both have; 0 where there are too few to say. */
    agreement: beats < FEWEST_AROUND ? 0 : shared / beats,
    /** Median distance from the second lead's R peak to the first's, samples. */
    offset: offsets.sort((a, b) => a - b)[offsets.length >> 1] ?? 0,
  };
}

function refined(lead: LeadView, position: number, fs: number): number {
  const refiner = new PeakRefiner(fs);
  const from = Math.max(0, position - refiner.reach);
  return from + refiner.refine(lead.filled(from, position + refiner.reach + 1), position - from);
}
