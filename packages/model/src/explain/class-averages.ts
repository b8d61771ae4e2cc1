import { type BeatLabel, beatLabels } from '@ecgpu/ecg-dsp';
import { type BeatSet, beatSetInputs } from '../data/beat-set.js';
import { recordRanges } from '../data/encoded-beats.js';
import { mostLikely } from '../logits/most-likely.js';
import { windowLength } from '../preprocess/contract.js';
import type { RecordClassifier } from '../record-classifier.js';
import { baselineWindow } from './baseline.js';
import type { Explainer } from './explainer.js';
import type { LeadExplanation } from './explanation.js';

/** The mean beat of a class in one lead, and its mean explanation. */
export interface LeadAverage extends LeadExplanation {
  /** Beats that it is the mean of. */
  readonly beats: number;
  /** [samples]: mean of the scaled beats, and of the typical beats of their records. */
  readonly beat: Float32Array;
  readonly typical: Float32Array;
}

/** The mean beat of a class, and why it is called so: of beats that were called right. */
export interface ClassAverage extends LeadAverage {
  readonly label: BeatLabel;
  /** Records that the beats are of. */
  readonly records: number;
  /** [features]: mean attribution of each rhythm feature. */
  readonly rhythm: Float32Array;
  /** Of those of the beats that the model saw in a second lead too. */
  readonly second?: LeadAverage;
}

export interface AverageOptions {
  /** Beats of a class that are taken from a record at most, evenly spread over it, so that no person makes the picture. */
  readonly perRecord?: number;
  readonly onProgress?: (done: number, total: number, record: string) => void;
}

/**
 * Explains beats of every class that are called right, each against the typical beat of its record, and averages.
 *
 * @param set all beats of its records, in time order, as they were loaded.
 * @throws EcgError of the explainer
 */
export async function classAverages(
  set: BeatSet,
  classifier: RecordClassifier,
  explainer: Explainer,
  { perRecord = 20, onProgress }: AverageOptions = {},
): Promise<ClassAverage[]> {
  const { contract } = set;
  const { classes } = contract;
  const sums = classes.map((label) => new ClassSum(label));
  const ranges = recordRanges(set);
  for (const [done, { from, to }] of ranges.entries()) {
    const record = set.recordOf[from]!;
    onProgress?.(done, ranges.length, set.records[record]!.name);
    const { second, ...first } = beatSetInputs(set, from, to);
    const { logits, stage } = await classifier.predict({ ...first, ...(second ? { second } : {}) });
    const called = (beat: number) => mostLikely(logits.subarray(beat * classes.length, (beat + 1) * classes.length));
    const typical = typicalBeat(set, record);
    const typicalInSecond = set.second ? typicalBeat(set.second, record) : undefined;
    const questions = classes.flatMap((label, index) => {
      const own = Array.from({ length: to - from }, (_, beat) => beat).filter(
        (beat) =>
          set.problems[from + beat] === 0 && beatLabels[set.labels[from + beat]!] === label && called(beat) === index,
      );
      const taken = Math.min(perRecord, own.length);
      return Array.from({ length: taken }, (_, k) => ({
        beat: own[Math.floor((k * own.length) / taken)]!,
        class: index,
      }));
    });
    const beats = {
      ...{ ...first, reference: baselineWindow(typical, contract), ...(stage ? { stage } : {}) },
      ...(second && typicalInSecond
        ? { second: { ...second, reference: baselineWindow(typicalInSecond, contract) } }
        : {}),
    };
    for (const { second: inSecond, ...explained } of await explainer.explain(beats, questions)) {
      const beat = from + explained.beat;
      const sum = sums[explained.class]!;
      sum.records.add(record);
      sum.first.add({ ...explained, beat: scaledBeat(set, beat), typical });
      if (!inSecond || !set.second || !typicalInSecond) continue;
      sum.second.add({ ...inSecond, beat: scaledBeat(set.second, beat), typical: typicalInSecond });
    }
  }
  return sums.filter(({ first }) => first.beats > 0).map((sum) => sum.average());
}

/** [samples]: what a record's typical beat looks like. */
function typicalBeat({ templates, margin, contract }: BeatSet, record: number): Float32Array {
  const length = windowLength(contract);
  const at = record * (length + 2 * margin) + margin;
  return templates.subarray(at, at + length);
}

/** [samples]. */
function scaledBeat({ beats, margin, contract }: BeatSet, beat: number): Float32Array {
  const length = windowLength(contract);
  const at = beat * (length + 2 * margin) + margin;
  return beats.subarray(at, at + length);
}

const leadRows = ['beat', 'typical', 'waveform', 'attention'] as const;

class ClassSum {
  readonly label: BeatLabel;
  readonly records = new Set<number>();
  readonly first = new MeanRows([...leadRows, 'rhythm']);
  readonly second = new MeanRows(leadRows);

  constructor(label: BeatLabel) {
    this.label = label;
  }

  average(): ClassAverage {
    const { label, records, first, second } = this;
    return {
      ...{ label, records: records.size, ...first.means() },
      ...(second.beats > 0 ? { second: second.means() } : {}),
    };
  }
}

/** Means of named rows of numbers. */
class MeanRows<Row extends string> {
  beats = 0;
  readonly #rows: readonly Row[];
  readonly #totals = new Map<Row, Float64Array>();

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  add(values: Readonly<Record<Row, Float32Array>>): void {
    this.beats++;
    for (const row of this.#rows) {
      const total = this.#totals.get(row) ?? new Float64Array(values[row].length);
      for (const [i, x] of values[row].entries()) total[i]! += x;
      this.#totals.set(row, total);
    }
  }

  means(): Readonly<Record<Row, Float32Array>> & { readonly beats: number } {
    const means = this.#rows.map(
      (row) => [row, Float32Array.from(this.#totals.get(row)!, (x) => x / this.beats)] as const,
    );
    return { ...(Object.fromEntries(means) as Record<Row, Float32Array>), beats: this.beats };
  }
}
