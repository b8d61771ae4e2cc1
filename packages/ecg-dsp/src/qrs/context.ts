import type { History } from '../streaming/history.js';
import type { Hump } from './humps.js';

/** Rank of the level among the sorted maxima of 2 s, 0 to 1: below the middle, so that some of them may be artefacts. */
const MAXIMA_RANK = 0.4;
/** Dominant humps above this share of that first level are QRS complexes for the second. */
const COMPLEX_SHARE = 0.2;
/** The second level is at least this share of the first. */
const LEAST_SHARE = 0.4;
/** A level is remembered: it never falls below this share of a former one, which fades to a half in 20 s. */
const MEMORY = { share: 0.1, perSecond: 0.5 ** (1 / 20) };
/** Dominant humps above this share of the level make the rhythm and the picture of a beat. */
const STRONG_SHARE = 0.45;
/** The usual interval where nothing is known, and its bounds, seconds. */
const USUAL_S = { unknown: 0.8, least: 0.35, most: 1.5 };
/** Rank of the expected height among the strong beats': below the middle, as a bigeminy has a beat where T waves would be after every other beat. */
const EXPECTED_RANK = 0.35;
/** How far a T wave may be from its place, seconds. */
const EXPECTED_REACH_S = 0.014;
/** Beats larger than another by more than this do not scale its P and T waves. */
const MOST_SCALE = 1.3;

/** What the beats around some second of signal are like. */
export interface BeatContext {
  /** Envelope height of a QRS complex. */
  readonly level: number;
  /** Median interval between the strong beats, seconds. */
  readonly usualInterval: number;
  /**
   * Envelope height that the P or T wave of a beat is expected to have: what the strong beats have at the same distance.
   *
   * @param beat the beat.
   * @param distance samples from the beat to the wave, negative before it.
   * @returns NaN where there are not three other beats to judge by.
   */
  expectedWave(beat: Hump, distance: number): number;
}

/** Works out the context from the humps of some seconds; carries the memory of the level on. */
export class ContextMaker {
  private remembered = 0;

  /** @param fs samples per second. */
  constructor(
    private readonly fs: number,
    private readonly envelope: History,
  ) {}

  /**
   * Call once per second of signal.
   *
   * @param humps of the seconds around, in order of time.
   * @param secondMaxima height of the highest hump of each of these seconds, 0 where there is none.
   */
  make(humps: readonly Hump[], secondMaxima: readonly number[]): BeatContext {
    const { fs, envelope } = this;
    const maxima =
      secondMaxima.length > 1
        ? secondMaxima.slice(1).map((maximum, k) => Math.max(maximum, secondMaxima[k]!))
        : secondMaxima;
    const first = ranked(maxima, MAXIMA_RANK);
    const dominant = humps.filter((hump) => hump.dominant);
    const complexes = dominant.map((hump) => hump.height).filter((height) => height > COMPLEX_SHARE * first);
    const second =
      complexes.length > 2 ? Math.max(LEAST_SHARE * first, Math.min(first, ranked(complexes, 0.5))) : first;
    this.remembered = Math.max(second, this.remembered * MEMORY.perSecond);
    const level = Math.max(second, MEMORY.share * this.remembered);

    const strong = dominant.filter((hump) => hump.height > STRONG_SHARE * level);
    const intervals = strong.slice(1).map((hump, k) => (hump.sample - strong[k]!.sample) / fs);
    const median = intervals.length > 0 ? ranked(intervals, 0.5) : USUAL_S.unknown;
    const reach = Math.round(EXPECTED_REACH_S * fs);
    return {
      level,
      usualInterval: Math.min(USUAL_S.most, Math.max(USUAL_S.least, median)),
      expectedWave(beat, distance) {
        const heights: number[] = [];
        for (const other of strong) {
          if (other.sample === beat.sample) continue;
          const centre = other.sample + distance;
          let height = Number.NEGATIVE_INFINITY;
          for (const value of envelope.view(centre - reach, centre + reach + 1)) if (value > height) height = value;
          if (height >= 0) heights.push(height * Math.min(MOST_SCALE, beat.height / other.height));
        }
        return heights.length > 2 ? ranked(heights, EXPECTED_RANK) : Number.NaN;
      },
    };
  }
}

function ranked(values: readonly number[], rank: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(rank * sorted.length)] ?? 0;
}
