import { requireSamplingRate } from '../filters/finite.js';
import { type Periodograms, periodograms } from './periodogram.js';

/** Half the stretch around a beat that is judged, seconds: the thresholds of the literature are for 10 s. */
const HALF_S = 5;
/** Length of a piece for the power spectrum, seconds: it must tell 1 Hz from 0. */
const PIECE_S = 2;
/** Half the stretch whose mean is taken out before kurtosis and skewness, seconds: baseline wander is judged by itself. */
const LEVEL_S = 0.5;
/** A value that stays the same for so long is a flat line, seconds. */
const FLAT_S = 0.2;

/**
 * What makes a beat unusable. Kurtosis: noise is near 0, an ECG above 5. qrsPower: muscle noise lowers it, electrode motion and
 * large T waves raise it. baselinePower: baseline wander and electrode motion lower it. See `docs/quality.md` for what they keep and drop.
 */
export const qualityThresholds = {
  /** Least excess kurtosis. */
  kurtosis: 2,
  /** Least and greatest share of 5 to 15 Hz in the power of 5 to 40 Hz. */
  qrsPower: [0.4, 0.97],
  /** Least share of the power up to 40 Hz that lies above 1 Hz. */
  baselinePower: 0.6,
  /** Greatest share of the samples in flat lines. */
  flat: 0.2,
  /** Greatest share of the samples missing. */
  missing: 0.1,
} as const;

export type QualityMeasure = keyof typeof qualityThresholds;

/** Signal quality of the 10 s around one beat. */
export interface BeatQuality {
  /** kSQI: excess (Fisher) kurtosis of the samples, less their mean over 1 s; null where they do not vary. */
  readonly kurtosis: number | null;
  /** sSQI: skewness of the same; null where they do not vary. Reported, not judged: its sign is the lead's polarity. */
  readonly skewness: number | null;
  /** pSQI: power of 5 to 15 Hz over that of 5 to 40 Hz; null where there is no whole piece of signal, or no power. */
  readonly qrsPower: number | null;
  /** basSQI: 1 less the power of 0 to 1 Hz over that of 0 to 40 Hz; null likewise. */
  readonly baselinePower: number | null;
  /** Share of the samples that lie in runs of equal ones of 200 ms and more, as at a lead that is off or an amplifier at its limit. */
  readonly flat: number;
  /** Share of the samples that are NaN or infinite. */
  readonly missing: number;
  /** Whether no threshold of `qualityThresholds` is violated. */
  readonly usable: boolean;
  /** The measures that violate theirs. What is null does. */
  readonly failed: readonly QualityMeasure[];
}

/**
 * Signal quality around each beat (the indices of Li, Mark and Clifford, Physiol Meas 29, 2008, and Behar et al., IEEE Trans
 * Biomed Eng 60(6), 2013), each on its own scale, with documented thresholds.
 *
 * @param samples one lead, unfiltered, any unit; NaN where there is none.
 * @param fs samples per second.
 * @param peaks sample indices of the beats.
 * @returns one judgement per beat.
 * @throws EcgError `FS_INVALID`.
 */
export function beatQuality(samples: ArrayLike<number>, fs: number, peaks: ArrayLike<number>): BeatQuality[] {
  requireSamplingRate(fs);
  const spectra = periodograms(samples, fs, PIECE_S);
  const level = withoutMean(samples, Math.round(LEVEL_S * fs));
  const flat = flatSums(samples, Math.round(FLAT_S * fs));
  const half = Math.round(HALF_S * fs);
  return Array.from(peaks, (peak) => {
    const from = Math.max(0, peak - half);
    const to = Math.max(from, Math.min(samples.length, peak + half));
    return judged({
      ...moments(level, from, to),
      ...powerShares(spectra, fs, from, to),
      flat: (flat[to]! - flat[from]!) / Math.max(1, to - from),
    });
  });
}

function judged(measures: Omit<BeatQuality, 'usable' | 'failed'>): BeatQuality {
  const { kurtosis, qrsPower, baselinePower, flat, missing } = measures;
  const limits = qualityThresholds;
  const holds: Record<QualityMeasure, boolean> = {
    kurtosis: kurtosis !== null && kurtosis >= limits.kurtosis,
    qrsPower: qrsPower !== null && qrsPower >= limits.qrsPower[0] && qrsPower <= limits.qrsPower[1],
    baselinePower: baselinePower !== null && baselinePower >= limits.baselinePower,
    flat: flat <= limits.flat,
    missing: missing <= limits.missing,
  };
  const failed = (Object.keys(holds) as QualityMeasure[]).filter((measure) => !holds[measure]);
  return { ...measures, usable: failed.length === 0, failed };
}

function moments(
  samples: ArrayLike<number>,
  from: number,
  to: number,
): Pick<BeatQuality, 'kurtosis' | 'skewness' | 'missing'> {
  let count = 0;
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(samples[i]!)) continue;
    count++;
    sum += samples[i]!;
  }
  const mean = sum / count;
  let [second, third, fourth] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const deviation = samples[i]! - mean;
    if (!Number.isFinite(deviation)) continue;
    const square = deviation * deviation;
    second += square;
    third += square * deviation;
    fourth += square * square;
  }
  const variance = second / count;
  const missing = to > from ? 1 - count / (to - from) : 1;
  if (!(variance > 0 && Number.isFinite(fourth))) return { kurtosis: null, skewness: null, missing };
  return { kurtosis: fourth / count / variance ** 2 - 3, skewness: third / count / variance ** 1.5, missing };
}

/** Power shares of the pieces that lie in [from, to); of the one nearest to its middle where none does. */
function powerShares(
  { length, pieces }: Periodograms,
  fs: number,
  from: number,
  to: number,
): Pick<BeatQuality, 'qrsPower' | 'baselinePower'> {
  const hop = length / 2;
  let first = Math.ceil(from / hop);
  let last = Math.min(pieces.length - 1, Math.floor((to - length) / hop));
  if (last < first) first = last = Math.max(0, Math.min(pieces.length - 1, Math.round(((from + to) / 2 - hop) / hop)));
  const power = (low: number, high: number) => {
    let sum = 0;
    for (let s = first; s <= last; s++) {
      const piece = pieces[s];
      if (!piece) continue;
      for (let k = Math.ceil((low * length) / fs); k < piece.length && k * fs < high * length; k++) sum += piece[k]!;
    }
    return sum;
  };
  const share = (part: number, whole: number) => (whole > 0 && Number.isFinite(part / whole) ? part / whole : null);
  const slow = share(power(0, 1), power(0, 40));
  return { qrsPower: share(power(5, 15), power(5, 40)), baselinePower: slow === null ? null : 1 - slow };
}

/** The samples less the mean of those within `half` samples that are there; NaN where they are not. */
function withoutMean(samples: ArrayLike<number>, half: number): Float64Array {
  const n = samples.length;
  const counts = new Float64Array(n + 1);
  const sums = new Float64Array(n + 1);
  // Sums of what is left after the first sample lose no digits to a large offset.
  let origin = Number.NaN;
  for (let i = 0; i < n; i++) {
    const there = Number.isFinite(samples[i]!);
    if (there && Number.isNaN(origin)) origin = samples[i]!;
    counts[i + 1] = counts[i]! + (there ? 1 : 0);
    sums[i + 1] = sums[i]! + (there ? samples[i]! - origin : 0);
  }
  return Float64Array.from({ length: n }, (_, i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(n, i + half + 1);
    return samples[i]! - origin - (sums[to]! - sums[from]!) / (counts[to]! - counts[from]!);
  });
}

/** At index i, how many of the samples before i lie in runs of at least `least` equal ones. */
function flatSums(samples: ArrayLike<number>, least: number): Uint32Array {
  const sums = new Uint32Array(samples.length + 1);
  for (let from = 0; from < samples.length; ) {
    let to = from + 1;
    while (to < samples.length && samples[to] === samples[from]) to++;
    const counts = to - from >= least ? 1 : 0;
    for (let i = from; i < to; i++) sums[i + 1] = sums[i]! + counts;
    from = to;
  }
  return sums;
}
