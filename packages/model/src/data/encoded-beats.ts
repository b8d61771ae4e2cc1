import { EcgError } from '@ecgpu/ecg-dsp';
import { clippedIntervals } from '../preprocess/rhythm-features.js';
import { type BeatSet, selectBeats } from './beat-set.js';

/** Annotated beats as vectors, for training what comes after the encoder. */
export interface EncodedBeats {
  readonly set: BeatSet;
  /** Length of a beat's vector. */
  readonly length: number;
  /** Where its part begins that shows the second lead; `length` for one lead. */
  readonly secondLead: number;
  /** Each [beats, length]: of the beats as they are, then of augmented ones. */
  readonly versions: readonly Float32Array[];
  /** [beats]: seconds before each, clipped to the contract's range. */
  readonly intervals: Float64Array;
  readonly records: readonly EncodedRecord[];
}

export interface EncodedRecord {
  /** Its beats are `from … to` of the set. */
  readonly from: number;
  readonly to: number;
  /** Mean interval, seconds. */
  readonly meanInterval: number;
}

/**
 * Joins a set's beats with their vectors and intervals.
 *
 * @param set all beats of its records, in time order, as they were loaded.
 * @param secondLead where in a vector the part begins that shows a second lead.
 * @throws EcgError `BEAT_SET` where a version has other than one vector a beat; `PEAKS_NOT_RISING`
 */
export function encodedBeats(
  set: BeatSet,
  versions: readonly Float32Array[],
  length: number,
  secondLead = length,
): EncodedBeats {
  if (versions.length === 0 || versions.some((version) => version.length !== set.count * length)) {
    throw new EcgError('BEAT_SET', `The versions are not ${set.count} vectors of ${length} numbers each.`, {
      where: 'encodedBeats',
      fix: 'Encode every beat of the set.',
    });
  }
  const intervals = new Float64Array(set.count);
  const records = recordRanges(set).map(({ from, to }): EncodedRecord => {
    if (to - from < 2) return { from, to, meanInterval: set.contract.rhythm.interval.maximum };
    const fs = set.records[set.recordOf[from]!]!.fs;
    const own = clippedIntervals(set.peaks.subarray(from, to), fs, set.contract);
    intervals.set(own, from);
    return { from, to, meanInterval: own.reduce((sum, r) => sum + r, 0) / own.length };
  });
  return { set, length, secondLead, versions, intervals, records };
}

/** The beats of one of its records alone; their vectors are views of the same memory. */
export function encodedRecord(
  { set, length, secondLead, versions }: EncodedBeats,
  record: EncodedRecord,
): EncodedBeats {
  const { from, to } = record;
  const own = selectBeats(
    set,
    Array.from({ length: to - from }, (_, i) => from + i),
  );
  return encodedBeats(
    own,
    versions.map((version) => version.subarray(from * length, to * length)),
    length,
    secondLead,
  );
}

/** The beats of some of its records, in its order; their vectors are copied. */
export function encodedRecords(
  { set, length, secondLead, versions }: EncodedBeats,
  records: readonly EncodedRecord[],
): EncodedBeats {
  const beats = records.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
  const copied = versions.map((version) => {
    const rows = new Float32Array(beats.length * length);
    let at = 0;
    for (const { from, to } of records) {
      rows.set(version.subarray(from * length, to * length), at);
      at += (to - from) * length;
    }
    return rows;
  });
  return encodedBeats(selectBeats(set, beats), copied, length, secondLead);
}

/** The stretch of each record's beats in a set, in its order; records without beats have none. */
export function recordRanges({ count, recordOf }: BeatSet): { readonly from: number; readonly to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && recordOf[to] === recordOf[from]) to++;
    ranges.push({ from, to });
    from = to;
  }
  return ranges;
}
