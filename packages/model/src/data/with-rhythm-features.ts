import type { InputContract } from '../preprocess/contract.js';
import { clippedIntervals, meanOf, rhythmFeatureRows } from '../preprocess/rhythm-features.js';
import type { BeatSet } from './beat-set.js';
import { recordRanges } from './encoded-beats.js';

/**
 * The same beats with another contract's rhythm features, as if they had been loaded by it: for a model whose parts ask for
 * different ones. A record's mean interval is of its beats before `learnedUntil`, where it has one.
 *
 * @param set all beats of its records, in time order, as they were loaded.
 * @param contract differs from the set's in its rhythm alone.
 * @throws EcgError `PEAKS_NOT_RISING`
 */
export function withRhythmFeatures(set: BeatSet, contract: InputContract): BeatSet {
  const width = contract.rhythm.features.length;
  const features = new Float32Array(set.count * width);
  for (const { from, to } of recordRanges(set)) {
    const { fs, learnedUntil = Number.POSITIVE_INFINITY } = set.records[set.recordOf[from]!]!;
    const peaks = set.peaks.subarray(from, to);
    // One beat alone has no interval; preparing it gives it the longest there may be.
    const intervals =
      peaks.length > 1 ? clippedIntervals(peaks, fs, contract) : Float64Array.of(contract.rhythm.interval.maximum);
    const learned = peaks.filter((peak) => peak < learnedUntil).length;
    const global = learned > 0 ? { global: meanOf(intervals.subarray(0, learned)) } : {};
    features.set(rhythmFeatureRows(intervals, contract, global), from * width);
  }
  return { ...set, contract, features };
}
