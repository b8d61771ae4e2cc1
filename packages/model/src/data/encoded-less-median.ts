import { lessMedian, recordMedian } from '../record/median.js';
import type { EncodedBeats } from './encoded-beats.js';

/**
 * The same beats of two leads less the median of their records, for training the relative stage: every version less the median of the
 * vectors as they are, which is the one that a record to be classified has.
 *
 * @param medians of each record, where it has other beats too; absent: of its beats here.
 */
export function encodedLessMedian(encoded: EncodedBeats, medians?: readonly Float32Array[]): EncodedBeats {
  const { versions, records, length } = encoded;
  const moved = versions.map((version) => new Float32Array(version.length));
  for (const [index, { from, to }] of records.entries()) {
    const rows = (version: Float32Array) => version.subarray(from * length, to * length);
    const median = medians?.[index] ?? recordMedian(rows(versions[0]!), length);
    for (const [v, version] of versions.entries()) moved[v]!.set(lessMedian(rows(version), median), from * length);
  }
  return { ...encoded, versions: moved };
}
