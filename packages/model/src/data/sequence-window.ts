import { type BeatLabel, beatLabels, EcgError } from '@ecgpu/ecg-dsp';
import type { RandomGenerator } from '@ecgpu/engine';
import type { EncodedBeats, EncodedRecord } from './encoded-beats.js';
import { fibrillate, makePremature } from './synthetic-rhythm.js';
import { WeightedDraw } from './weighted-draw.js';

/** How windows are changed before they are learned from. */
export interface WindowChanges {
  /** Chance that a window loses its waveforms, so that the rhythm alone must tell. */
  readonly waveformDrop: number;
  /** Chance that a window loses its second lead, where there is one, so that one lead must do. */
  readonly secondLeadDrop: number;
  /** Chance that a window without S and F beats is made to fibrillate, and that it then loses its waveforms. */
  readonly fibrillation: number;
  readonly fibrillationDrop: number;
  /** Chance that beats of a regular window of N beats are made premature. */
  readonly premature: number;
}

/** How windows of beats are drawn for training. */
export interface WindowDraws extends WindowChanges {
  /** Chance that a window is drawn around a beat of each class; none is drawn around beats of a class without a share. */
  readonly classShares: Partial<Readonly<Record<BeatLabel, number>>>;
  /** Within a class a beat's chance goes with c^-recordBalance, c the class's beats in its record. */
  readonly recordBalance: number;
}

export const WINDOW_DRAWS: WindowDraws = {
  classShares: { N: 0.5, S: 0.2, V: 0.25, F: 0.05 },
  recordBalance: 0.5,
  waveformDrop: 0.4,
  secondLeadDrop: 0.5,
  fibrillation: 0.3,
  fibrillationDrop: 0.5,
  premature: 0.3,
};

/** Largest standard deviation of the logarithms of intervals in a window that counts as regular. */
const REGULAR = 0.12;

/** Consecutive beats of a record with the rhythm they are shown with. */
export interface SequenceWindow {
  /** First beat, an index into the set. */
  readonly start: number;
  /** Seconds, from `reach.before` beats before the window to `reach.after` beats after it. */
  readonly intervals: Float64Array;
  /** Mean interval of the record, seconds. */
  readonly meanInterval: number;
  /** Per beat of the window, an index into `beatLabels`. */
  readonly labels: Uint8Array;
  /** Per beat of the window, 1 in fibrillation. */
  readonly fibrillation: Uint8Array;
  /** Which version of the vectors; -1 where the waveforms are dropped. */
  readonly version: number;
  /** Whether the second lead is dropped; false where there is none. */
  readonly secondLeadDropped: boolean;
}

const [normal, premature, ventricular] = ['N', 'S', 'V'].map((label) => beatLabels.indexOf(label as 'N'));

/** Draws windows around beats of each class, and changes the rhythm of some. */
export class WindowSampler {
  readonly #encoded: EncodedBeats;
  readonly #beats: number;
  readonly #reach: { readonly before: number; readonly after: number };
  readonly #draws: WindowDraws;
  readonly #targets: Uint32Array;
  readonly #draw: WeightedDraw;
  readonly #recordAt: readonly EncodedRecord[];

  /** @throws EcgError `NO_TRAINING_BEATS` where no record is as long as a window. */
  constructor(
    encoded: EncodedBeats,
    beats: number,
    reach: { readonly before: number; readonly after: number },
    draws: WindowDraws,
  ) {
    this.#encoded = encoded;
    this.#beats = beats;
    this.#reach = reach;
    this.#draws = draws;
    const { set, records } = encoded;
    const long = records.filter(({ from, to }) => to - from >= beats);
    this.#recordAt = long.flatMap((record) => Array<EncodedRecord>(record.to - record.from).fill(record));
    this.#targets = Uint32Array.from(
      long.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
    );
    const chances = new Float64Array(this.#targets.length);
    for (const [label, share] of Object.entries(draws.classShares)) {
      const own = [...this.#targets.keys()].filter((at) => beatLabels[set.labels[this.#targets[at]!]!] === label);
      const inRecord = new Map<EncodedRecord, number>();
      for (const at of own) inRecord.set(this.#recordAt[at]!, (inRecord.get(this.#recordAt[at]!) ?? 0) + 1);
      for (const at of own) chances[at] = inRecord.get(this.#recordAt[at]!)! ** -draws.recordBalance;
      const total = own.reduce((sum, at) => sum + chances[at]!, 0);
      for (const at of own) chances[at]! *= share / total;
    }
    if (!chances.some((chance) => chance > 0)) {
      throw new EcgError('NO_TRAINING_BEATS', `No record has ${beats} beats, some of them N, S, V or F.`, {
        where: 'records',
        fix: 'Give longer records.',
      });
    }
    this.#draw = new WeightedDraw(chances);
  }

  draw(random: RandomGenerator): SequenceWindow {
    const { set, intervals, versions } = this.#encoded;
    const at = this.#draw.next(random);
    const record = this.#recordAt[at]!;
    const wanted = this.#targets[at]! - random.integer(this.#beats);
    const start = Math.min(record.to - this.#beats, Math.max(record.from, wanted));
    const { before, after } = this.#reach;
    const beatAt = (k: number) => Math.min(record.to - 1, Math.max(record.from, start - before + k));
    const length = before + this.#beats + after;
    const stretch = {
      intervals: Float64Array.from({ length }, (_, k) => intervals[beatAt(k)]!),
      premature: new Uint8Array(length),
      fibrillation: Uint8Array.from({ length }, (_, k) => set.fibrillation[beatAt(k)]!),
    };
    const labels = set.labels.slice(start, start + this.#beats);
    let version = random.uniform() < this.#draws.waveformDrop ? -1 : random.integer(versions.length);
    const original = stretch.intervals.slice();
    const change = random.uniform();
    if (change < this.#draws.fibrillation) {
      if (labels.every((label) => label === normal || label === ventricular)) {
        fibrillate(stretch, (k) => set.labels[beatAt(k)] === ventricular, random);
        if (random.uniform() < this.#draws.fibrillationDrop) version = -1;
      }
    } else if (change < this.#draws.fibrillation + this.#draws.premature) {
      const own = stretch.intervals.subarray(before, before + this.#beats);
      const fibrillating = stretch.fibrillation.some((x) => x === 1);
      if (labels.every((label) => label === normal) && !fibrillating && deviation(own) < REGULAR) {
        makePremature(stretch, random);
        for (const k of labels.keys()) if (stretch.premature[before + k]) labels[k] = premature!;
      }
    }
    // How much of the record is like this stretch is unknown.
    const share = random.uniform();
    const meanInterval = record.meanInterval * (1 + share * (total(stretch.intervals) / total(original) - 1));
    const fibrillation = stretch.fibrillation.slice(before, before + this.#beats);
    const { length: vector, secondLead } = this.#encoded;
    // Nothing is drawn for one lead: what it draws must not depend on a choice that it does not have.
    const secondLeadDropped = secondLead < vector && random.uniform() < this.#draws.secondLeadDrop;
    return { start, intervals: stretch.intervals, meanInterval, labels, fibrillation, version, secondLeadDropped };
  }
}

function total(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0);
}

/** Standard deviation of the logarithms. */
function deviation(intervals: Float64Array): number {
  const logs = intervals.map(Math.log);
  const mean = total(logs) / logs.length;
  return Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
}
