import { type Interval, isInside, overlaps, type Timeline } from './timeline.js';

/** Ventricular or supraventricular ectopic runs. */
export type RunKind = 'V' | 'S';

/** A run with its first and last sample. */
export interface Run extends Interval {
  /** Beats, at most LONGEST. */
  readonly length: number;
}

/** Lengths are told apart up to this one, which stands for all longer ones too. */
export const LONGEST = 6;

interface RunBeat {
  readonly sample: number;
  readonly ectopic: boolean;
}

/**
 * The runs of one kind in a file, and the longest of them in any stretch of it. A query takes the time of a binary
 * search, however many beats a damaged file crowds into one window.
 *
 * Fibrillation, ventricular for V and atrial for S, is a long run, which ectopic beats just before or after it belong
 * to; the beats during it do not count.
 */
export class RunIndex {
  private readonly beats: readonly RunBeat[];
  /** Time of the file's last annotation. */
  private readonly latest: number;
  private readonly episodes: readonly Interval[];
  /** First and last index of the run that a beat belongs to. */
  private readonly runAt: readonly ({ readonly first: number; readonly last: number } | undefined)[];
  /** For every length, how many beats before an index are the n-th of their run, n being that length. */
  private readonly counts: readonly Uint32Array[];
  /** Index of the first beat that `longestUnread` has not yet gone past. */
  private unread = 0;

  /** Of an episode that begins before `start` or ends after `end`, the part between them makes a run. */
  constructor(file: Timeline, kind: RunKind, start: number, end: number) {
    this.latest = file.latest;
    this.episodes = kind === 'V' ? file.fibrillation : file.atrialFibrillation;
    const beats = file.beats
      .filter(
        ({ sample, label }) =>
          label !== 'O' && !isInside(this.episodes, sample) && !isInside(file.fibrillation, sample),
      )
      .map(({ sample, label }): RunBeat => ({ sample, ectopic: label === kind || (kind === 'V' && label === 'F') }));
    this.beats = [...this.episodes.flatMap((episode) => beatsOf(episode, start, end)), ...beats].sort(
      (a, b) => a.sample - b.sample,
    );
    const breaks = kind === 'V' ? [] : file.fibrillation;
    const runAt: ({ first: number; last: number } | undefined)[] = [];
    this.counts = Array.from({ length: LONGEST + 1 }, () => new Uint32Array(this.beats.length + 1));
    for (const [index, { sample, ectopic }] of this.beats.entries()) {
      const before = this.beats[index - 1];
      const cut =
        before && (overlaps(breaks, before.sample, sample) || overlaps(file.shutdown, before.sample, sample - 1));
      const joined = before && !cut ? runAt[index - 1] : undefined;
      const run = ectopic ? (joined ?? { first: index, last: index }) : undefined;
      if (run) run.last = index;
      runAt.push(run);
      const place = run ? Math.min(index - run.first + 1, LONGEST) : 0;
      for (const [length, count] of this.counts.entries())
        count[index + 1] = count[index]! + (place === length ? 1 : 0);
    }
    this.runAt = runAt;
  }

  /** Runs of the beats from one sample to another, both included. */
  runs(start: number, end: number): Run[] {
    const from = this.firstWith(({ sample }) => sample >= start);
    const to = this.firstWith(({ sample }) => sample > end);
    const runs: Run[] = [];
    for (let index = from; index < to; index++) {
      const run = this.runAt[index];
      if (run === undefined) continue;
      const last = Math.min(run.last, to - 1);
      // rxr has a run when it has read the beat after it, and reads none after the end.
      if (last === to - 1 && this.latest > end) break;
      const length = Math.min(last - index + 1, LONGEST);
      runs.push({ from: this.beats[index]!.sample, to: this.beats[last]!.sample, length });
      index = last;
    }
    return runs;
  }

  /**
   * Length of the longest run from one sample to another, both included, at most LONGEST, among the beats that no earlier
   * call has gone past: rxr reads each file once, so that of two runs close to each other only the first finds a beat that
   * both could have. And it takes a stretch that begins before the record for one with fibrillation in it.
   */
  longestUnread(from: number, to: number): number {
    if (from < 0 || overlaps(this.episodes, from, to)) return LONGEST;
    const begin = this.firstWith(({ sample }) => sample >= from);
    const end = this.firstWith(({ sample }) => sample > to);
    const longest = this.longestOf(Math.max(begin, this.unread), end);
    this.unread = Math.max(this.unread, end);
    return longest;
  }

  private longestOf(begin: number, end: number): number {
    if (begin >= end) return 0;
    // A run that is cut at the beginning counts for what is left of it; the counts know only whole ones.
    const cut = this.runAt[begin];
    const left = cut ? Math.min(cut.last, end - 1) - begin + 1 : 0;
    const whole = Math.min(cut ? cut.last + 1 : begin, end);
    let longest = LONGEST;
    while (longest > 0 && this.counts[longest]![end] === this.counts[longest]![whole]) longest--;
    return Math.min(Math.max(longest, left), LONGEST);
  }

  /** Index of the first beat that something is true of, which is then true of all later ones. */
  private firstWith(holds: (beat: RunBeat) => boolean): number {
    let low = 0;
    let high = this.beats.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.beats[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The ectopic beats that an episode stands for: as many as make a long run, from its beginning to its end. */
function beatsOf({ from, to }: Interval, start: number, end: number): RunBeat[] {
  if (from > end || to <= start) return [];
  const first = { sample: Math.max(from, start), ectopic: true };
  const last = { sample: Math.min(to, end), ectopic: true };
  return [...new Array<RunBeat>(LONGEST - 1).fill(first), last];
}
