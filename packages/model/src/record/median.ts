import { mostLikely } from '../logits/most-likely.js';
import { medianInPlace } from '../preprocess/median.js';

/**
 * Which records are classified by a sequence model's relative stage: a second network over beats, of the same shape, that sees of each
 * beat how it differs from what is usual in its record. Part of a model file.
 */
export interface RelativeStage {
  /** What is taken away from a beat's vector: the median over its record, in each lead, coordinate by coordinate. */
  readonly to: 'record-median';
  /** Records of fewer beats are left to the stage that sees vectors as they are. */
  readonly fewestBeats: number;
  /** So is a record of which that stage calls a larger share of the beats this class: its median is not of usual beats. */
  readonly mostOfClass: { readonly class: number; readonly share: number };
}

/**
 * Inside DS1 medians of 300 beats gained nothing over vectors as they are, and of fewer none was measured (docs/experiments.md);
 * the median of a few beats is mostly those beats themselves, and of one beat nothing would be left. Where medians of DS1's records were
 * made of three S beats to one other, a sixth to four fifths of the S beats that were found were lost; of no record there are more than an eighth
 * called S, so that this limit changes no call inside DS1.
 */
export const RECORD_MEDIAN: RelativeStage = {
  to: 'record-median',
  fewestBeats: 300,
  mostOfClass: { class: 1, share: 0.25 },
};

/** The two stages of a sequence model: `plain` sees vectors as they are. */
export type StageName = 'plain' | 'relative';

/** As much of a record's inputs as says which stage is for it. */
export interface StageInputs {
  readonly count: number;
  readonly second?: { readonly present: Uint8Array };
  readonly stretch?: boolean;
}

/**
 * Whether the relative stage is asked about a record: it is whole, long enough, and its second lead can be used at half of its
 * beats or more. With one lead and within a stream that stage gains nothing. What it says counts unless {@link isLeftToPlain}.
 */
export function isForRelativeStage(
  relative: RelativeStage | undefined,
  { count, second, stretch = false }: StageInputs,
): boolean {
  if (relative === undefined || second === undefined || stretch || count < relative.fewestBeats) return false;
  return 2 * second.present.reduce((sum, there) => sum + there, 0) >= count;
}

/** Whether a record is left to the plain stage after all, by what that stage calls: logits [beats, classes], after the rule. */
export function isLeftToPlain(
  { mostOfClass }: Pick<RelativeStage, 'mostOfClass'>,
  logits: Float32Array,
  classes: number,
): boolean {
  let called = 0;
  for (let at = 0; at < logits.length; at += classes)
    if (mostLikely(logits.subarray(at, at + classes)) === mostOfClass.class) called++;
  return called * classes > mostOfClass.share * logits.length;
}

/**
 * The median vector of a record of two leads, of all of its beats in the first lead and of those present in the second; 0 where
 * none is.
 *
 * @param rows [beats, width], as joinLeads gives them.
 * @returns [width], whose last number is 0.
 */
export function recordMedian(rows: Float32Array, width: number): Float32Array<ArrayBuffer> {
  const length = (width - 1) / 2;
  const all = Array.from({ length: rows.length / width }, (_, beat) => beat * width);
  const present = all.filter((at) => rows[at + width - 1] !== 0);
  const median = new Float32Array(width);
  for (let j = 0; j < 2 * length; j++) {
    const values = Float32Array.from(j < length ? all : present, (at) => rows[at + j]!);
    if (values.length > 0) median[j] = medianInPlace(values);
  }
  return median;
}

/**
 * Vectors less their record's median. Where the second lead is absent its zeros stay.
 *
 * @param rows [beats, width].
 * @param median [width], of {@link recordMedian}.
 */
export function lessMedian(rows: Float32Array, median: Float32Array): Float32Array<ArrayBuffer> {
  const width = median.length;
  const length = (width - 1) / 2;
  const moved = new Float32Array(rows);
  for (let at = 0; at < rows.length; at += width) {
    const leads = rows[at + width - 1] === 0 ? 1 : 2;
    for (let j = 0; j < leads * length; j++) moved[at + j]! -= median[j]!;
  }
  return moved;
}
