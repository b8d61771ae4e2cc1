import { type BeatLabel, beatLabels } from '@ecgpu/ecg-dsp';
import type { RecordClassifier } from '../classifier.js';
import { windowLength } from '../contract.js';
import { type BeatSet, beatSetInputs } from '../data/beat-set.js';
import { recordRanges } from '../data/encoded-beats.js';
import { mostLikely } from '../most-likely.js';
import type { Explainer } from './explainer.js';

/** The mean beat of a class, and why it is called so. */
export interface ClassAverage {
  readonly label: BeatLabel;
  /** Beats of the class that were called right and explained, and their records. */
  readonly beats: number;
  readonly records: number;
  /** [samples]: mean of the scaled beats, and of the typical beats of their records. */
  readonly beat: Float32Array;
  readonly typical: Float32Array;
  /** [samples]: mean attribution of each sample to the class's logit. */
  readonly waveform: Float32Array;
  /** [features]: mean attribution of each rhythm feature. */
  readonly rhythm: Float32Array;
  /** [steps]: mean attention. */
  readonly attention: Float32Array;
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
  const { contract, margin } = set;
  const { classes, channels } = contract;
  const length = windowLength(contract);
  const wide = length + 2 * margin;
  const sums = classes.map((label) => new Sum(label));
  const ranges = recordRanges(set);
  for (const [done, { from, to }] of ranges.entries()) {
    const record = set.recordOf[from]!;
    onProgress?.(done, ranges.length, set.records[record]!.name);
    const inputs = beatSetInputs(set, from, to);
    const { logits } = await classifier.predict(inputs);
    const called = (beat: number) => mostLikely(logits.subarray(beat * classes.length, (beat + 1) * classes.length));
    const template = set.templates.subarray(record * wide + margin, record * wide + margin + length);
    const reference = new Float32Array(channels.length * length);
    for (const [index, channel] of channels.entries()) if (channel === 'beat') reference.set(template, index * length);
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
    for (const explained of await explainer.explain({ ...inputs, reference }, questions)) {
      const at = (from + explained.beat) * wide + margin;
      const beat = set.beats.subarray(at, at + length);
      sums[explained.class]!.add(record, { ...explained, beat, typical: template });
    }
  }
  return sums.filter(({ beats }) => beats > 0).map((sum) => sum.average());
}

const rows = ['beat', 'typical', 'waveform', 'rhythm', 'attention'] as const;
type Rows = Readonly<Record<(typeof rows)[number], Float32Array>>;

class Sum {
  beats = 0;
  readonly #label: BeatLabel;
  readonly #records = new Set<number>();
  readonly #totals = new Map<string, Float64Array>();

  constructor(label: BeatLabel) {
    this.#label = label;
  }

  add(record: number, explained: Rows): void {
    this.beats++;
    this.#records.add(record);
    for (const row of rows) {
      const total = this.#totals.get(row) ?? new Float64Array(explained[row].length);
      for (const [i, x] of explained[row].entries()) total[i]! += x;
      this.#totals.set(row, total);
    }
  }

  average(): ClassAverage {
    const means = rows.map((row) => [row, Float32Array.from(this.#totals.get(row)!, (x) => x / this.beats)] as const);
    const found = Object.fromEntries(means) as Record<(typeof rows)[number], Float32Array>;
    return { label: this.#label, beats: this.beats, records: this.#records.size, ...found };
  }
}
