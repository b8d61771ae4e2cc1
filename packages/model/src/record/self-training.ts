import { count, list, number, object, type Reader } from '../json/readers.js';
import { logProbabilities } from '../logits/log-probabilities.js';
import { mostLikely } from '../logits/most-likely.js';
import { fitRecordHead, logPartition, scoreByHead } from './head.js';

/**
 * How a sequence model learns from its own calls of a whole record what the classes look like in this patient: a linear head over the beats'
 * vectors is fitted to the calls that are sure, and has its say about all beats. Self-training (Scudder 1965; Lee 2013, "Pseudo-label"),
 * without labels. Part of a model file.
 */
export interface SelfTraining {
  /** Indices of the classes whose calls are learned from, rising; the others' probabilities stay. */
  readonly classes: readonly number[];
  /** Least probability of a call that is learned from, before any temperature. */
  readonly confidence: number;
  /** A class of fewer such calls in a record is not learned, and its probability stays. */
  readonly fewestBeats: number;
  /** The head's share in the mean of its log-probabilities and the networks'. */
  readonly share: number;
}

/**
 * N, S and V of the shipped models' N, S, V and F. Inside DS1 score3 gains .010, and with each of three encoders alone .005 to .015; no record loses more
 * than .1 points of accuracy. F is not learned: of what is called F inside DS1 one beat in sixteen is, and learning from the rest cost record 109
 * a point (docs/experiments.md).
 */
export const SELF_TRAINING: SelfTraining = { classes: [0, 1, 2], confidence: 0.8, fewestBeats: 10, share: 0.5 };

/**
 * Self-training as it was in a model file of so many classes, checked.
 *
 * @throws EcgError `CONTRACT_INVALID`, naming the field.
 */
export function readSelfTraining(value: unknown, classes: number): SelfTraining {
  const index = number(`a class, 0 to ${classes - 1}`, (x) => Number.isInteger(x) && x >= 0 && x < classes);
  const rising: Reader<number[]> = (found, path) =>
    list(index, 2)(found, path).map((each, at, all) =>
      at === 0 ? each : number('above the class before it', (x) => x > all[at - 1]!)(each, `${path}[${at}]`),
    );
  const share = number('a share, 0 to 1', (x) => x >= 0 && x <= 1);
  const probability = number('above 0, up to 1', (x) => x > 0 && x <= 1);
  return object<SelfTraining>({ classes: rising, confidence: probability, fewestBeats: count, share })(
    value,
    'selfTraining',
  );
}

/** Most calls of a class that are learned from, evenly spread over the record: beyond these the head costs time and does not change. */
export const MOST_EXAMPLES = 256;

/**
 * Log-probabilities of a record's beats after self-training. Where fewer than two classes have enough sure calls, there is nothing to
 * learn: the logits as they are.
 *
 * @param logits [beats, classes], after the output rule.
 * @param vectors of each member: [beats, width], as lessMedian gives them.
 * @returns [beats, classes]
 */
export function selfTrained(
  logits: Float32Array,
  classes: number,
  vectors: readonly Float32Array[],
  training: SelfTraining,
): Float32Array {
  const called = logProbabilities(logits, classes);
  const sure = sureCalls(called, classes, training);
  const learned = training.classes.filter((c) => sure[c]!.length >= training.fewestBeats);
  if (learned.length < 2) return logits;
  const beats = called.length / classes;
  const rows = headRows(vectors, beats);
  const head = learnHead(
    rows,
    learned.map((c) => sure[c]!),
  );
  const own = new Float64Array(learned.length);
  const mixed = new Float64Array(learned.length);
  for (let beat = 0; beat < beats; beat++) {
    scoreByHead(rows.of(beat), head, own);
    const partition = logPartition(own);
    const at = beat * classes;
    for (const [k, c] of learned.entries()) mixed[k] = called[at + c]!;
    const mass = logPartition(mixed);
    for (const [k, c] of learned.entries())
      mixed[k] = (1 - training.share) * (called[at + c]! - mass) + training.share * (own[k]! - partition);
    const total = logPartition(mixed);
    for (const [k, c] of learned.entries()) called[at + c] = mass + mixed[k]! - total;
  }
  return Float32Array.from(called);
}

/** For each class the beats that are surely called it, in time order. */
function sureCalls(called: Float64Array, classes: number, { confidence }: SelfTraining): number[][] {
  const sure: number[][] = Array.from({ length: classes }, () => []);
  const least = Math.log(confidence);
  for (let at = 0; at < called.length; at += classes) {
    const row = called.subarray(at, at + classes);
    const likeliest = mostLikely(row);
    if (row[likeliest]! >= least) sure[likeliest]!.push(at / classes);
  }
  return sure;
}

/** What the head sees of beats: the members' vectors side by side, their mean squared length 1, and a 1. */
interface HeadRows {
  readonly width: number;
  /** [width], good until the next is asked for. */
  readonly of: (beat: number) => Float64Array;
}

function headRows(vectors: readonly Float32Array[], beats: number): HeadRows {
  const each = vectors.map((rows) => ({ rows, width: rows.length / beats }));
  // The last number of a joined vector says whether the second lead is there.
  const width = each.reduce((sum, { width }) => sum + width - 1, 1);
  const row = new Float64Array(width);
  let scale = 1;
  const of = (beat: number) => {
    let at = 0;
    for (const { rows, width } of each)
      for (let j = beat * width; j < (beat + 1) * width - 1; j++) row[at++] = scale * rows[j]!;
    row[at] = 1;
    return row;
  };
  let squares = 0;
  for (let beat = 0; beat < beats; beat++) squares += of(beat).reduce((sum, x) => sum + x * x, -1);
  if (squares > 0) scale = Math.sqrt(beats / squares);
  return { width, of };
}

/** @param examples of each class that is learned: its sure beats. */
function learnHead({ width, of }: HeadRows, examples: readonly (readonly number[])[]): Float64Array {
  const chosen = examples.map(spread);
  // A class counts with the square root of its beats, as in training.
  const total = examples.reduce((sum, { length }) => sum + Math.sqrt(length), 0);
  const beats = chosen.flatMap((own, label) => own.map((beat) => ({ beat, label })));
  const vectors = new Float64Array(beats.length * width);
  for (const [n, { beat }] of beats.entries()) vectors.set(of(beat), n * width);
  return fitRecordHead({
    ...{ vectors, width, classes: examples.length },
    labels: Uint8Array.from(beats, ({ label }) => label),
    weights: Float64Array.from(
      beats,
      ({ label }) => Math.sqrt(examples[label]!.length) / total / chosen[label]!.length,
    ),
  });
}

function spread(beats: readonly number[]): number[] {
  const count = Math.min(beats.length, MOST_EXAMPLES);
  return Array.from({ length: count }, (_, k) => beats[Math.floor((k * beats.length) / count)]!);
}
