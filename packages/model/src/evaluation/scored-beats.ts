import { type BeatLabel, beatLabels, EcgError } from '@ecgpu/ecg-dsp';
import { type BeatSet, beatSetInputs } from '../data/beat-set.js';
import { recordRanges } from '../data/encoded-beats.js';
import { mostLikely } from '../logits/most-likely.js';
import type { StageName } from '../record/median.js';
import type { RecordClassifier } from '../record-classifier.js';
import type { RecordCalls } from './evaluation.js';

/** Annotated beats with a classifier's logits: what calls, confidence and calibration are counted from. */
export interface ScoredBeats {
  /** What the logits stand for, in their order. */
  readonly classes: readonly BeatLabel[];
  readonly records: readonly string[];
  readonly count: number;
  /** [count]: index into `records`. */
  readonly recordOf: Uint16Array;
  /** [count]: R peak, sample index at the record's own rate. */
  readonly peaks: Int32Array;
  /** [count]: annotated class, an index into `classes`. */
  readonly labels: Uint8Array;
  /** [count, classes]: a sequence model's are after its output rule. */
  readonly logits: Float32Array;
  /** [records]: which of a sequence model's stages called each; absent for models of one stage. */
  readonly stages?: readonly (StageName | undefined)[];
}

/**
 * Classifies the annotated beats of a set at their annotated R peaks. Beats of classes that the model does not have (Q) are
 * left out, as the protocols do; they are part of the rhythm all the same.
 */
export async function scoreBeats(
  set: BeatSet,
  classifier: RecordClassifier,
  onProgress?: (done: number, total: number) => void,
): Promise<ScoredBeats> {
  const { classes } = set.contract;
  const ranges = recordRanges(set);
  const logits = new Float32Array(set.count * classes.length);
  const stages = new Array<StageName | undefined>(set.records.length).fill(undefined);
  for (const { from, to } of ranges) {
    const predicted = await classifier.predict(beatSetInputs(set, from, to));
    logits.set(predicted.logits, from * classes.length);
    stages[set.recordOf[from]!] = predicted.stage;
    onProgress?.(to, set.count);
  }
  return scoredBeats(classes, { ...set, records: set.records.map(({ name }) => name), logits, stages });
}

/** Annotated beats with their logits, `labels` indices into `beatLabels`; those of other classes than `classes` left out. */
export function scoredBeats(
  classes: readonly BeatLabel[],
  { records, recordOf, peaks, labels, logits, stages }: Omit<ScoredBeats, 'classes' | 'count'>,
): ScoredBeats {
  const labelOf = (beat: number) => classes.indexOf(beatLabels[labels[beat]!]!);
  const kept = [...labels.keys()].filter((beat) => labelOf(beat) >= 0);
  return {
    ...{ classes, records, count: kept.length },
    recordOf: Uint16Array.from(kept, (beat) => recordOf[beat]!),
    peaks: Int32Array.from(kept, (beat) => peaks[beat]!),
    labels: Uint8Array.from(kept, labelOf),
    logits: takeRows(logits, classes.length, kept),
    ...(stages ? { stages } : {}),
  };
}

/** The class of highest logit for every beat, by record; records without beats have none. */
export function callsOf({ classes, records, count, recordOf, labels, logits }: ScoredBeats): RecordCalls[] {
  const calls = records.map((record) => ({ record, reference: [] as BeatLabel[], predicted: [] as BeatLabel[] }));
  for (let beat = 0; beat < count; beat++) {
    const { reference, predicted } = calls[recordOf[beat]!]!;
    const at = beat * classes.length;
    reference.push(classes[labels[beat]!]!);
    predicted.push(classes[mostLikely(logits.subarray(at, at + classes.length))]!);
  }
  return calls;
}

/**
 * The beats of several scorings, each of other records, the first's first.
 *
 * @throws EcgError `SCORED_BEATS` where their classes differ or a record is in two of them.
 */
export function joinScoredBeats(parts: readonly ScoredBeats[]): ScoredBeats {
  const classes = parts[0]?.classes ?? [];
  const records = parts.flatMap((part) => part.records);
  const twice = records.find((record, i) => records.indexOf(record) !== i);
  const differs = parts.some((part) => part.classes.join() !== classes.join());
  if (twice !== undefined || differs) {
    const what = differs ? 'Their classes differ.' : `Record ${twice} is in two of them.`;
    throw new EcgError('SCORED_BEATS', `Scored beats cannot be pooled. ${what}`, {
      where: 'joinScoredBeats',
      fix: 'Pool scorings of one kind of model on different records.',
    });
  }
  const firstRecord = parts.map((_, k) => parts.slice(0, k).reduce((sum, part) => sum + part.records.length, 0));
  return {
    classes,
    records,
    count: parts.reduce((sum, { count }) => sum + count, 0),
    recordOf: Uint16Array.from(parts.flatMap(({ recordOf }, k) => [...recordOf].map((r) => r + firstRecord[k]!))),
    peaks: Int32Array.from(parts.flatMap(({ peaks }) => [...peaks])),
    labels: Uint8Array.from(parts.flatMap(({ labels }) => [...labels])),
    logits: Float32Array.from(parts.flatMap(({ logits }) => [...logits])),
    stages: parts.flatMap(({ records, stages }) => records.map((_, record) => stages?.[record])),
  };
}

/** Those beats that are of some of the records; of the others none are left. */
export function scoredBeatsOf(scored: ScoredBeats, records: readonly string[]): ScoredBeats {
  const kept = [...scored.recordOf.keys()].filter((beat) => records.includes(scored.records[scored.recordOf[beat]!]!));
  return {
    ...scored,
    count: kept.length,
    recordOf: Uint16Array.from(kept, (beat) => scored.recordOf[beat]!),
    peaks: Int32Array.from(kept, (beat) => scored.peaks[beat]!),
    labels: Uint8Array.from(kept, (beat) => scored.labels[beat]!),
    logits: takeRows(scored.logits, scored.classes.length, kept),
  };
}

function takeRows(rows: Float32Array, width: number, indices: readonly number[]): Float32Array {
  const taken = new Float32Array(indices.length * width);
  for (const [i, row] of indices.entries()) taken.set(rows.subarray(row * width, (row + 1) * width), i * width);
  return taken;
}
