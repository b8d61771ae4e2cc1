import { type BeatLabel, beatLabels, EcgError } from '@ecgpu/ecg-dsp';
import type { RandomGenerator } from '@ecgpu/engine';
import type { BeatSet } from './beat-set.js';
import { randomOf } from './random-stream.js';
import { WeightedDraw } from './weighted-draw.js';

/** How one class is drawn for an epoch. */
export interface ClassDraws {
  /** Beats to draw, or how many times the beats there are. Without replacement never more than there are. */
  readonly beats: number | { readonly times: number };
  readonly replacement: boolean;
  /**
   * A beat's chance goes with max(c, fewest)^-recordBalance, c the class's beats in its record: 0 all beats alike, 1 all
   * records alike, 0.5 between. Most S and F beats of a set are of very few patients.
   */
  readonly recordBalance: number;
  readonly fewest: number;
}

/** Classes without an entry are not drawn. */
export type EpochDraws = Partial<Readonly<Record<BeatLabel, ClassDraws>>>;

/** Of many N beats a part, of the rare classes as many or twice as many as there are, balanced over records. */
export const BALANCED_DRAWS: EpochDraws = {
  N: { beats: 10_000, replacement: false, recordBalance: 0.5, fewest: 1 },
  S: { beats: { times: 2 }, replacement: true, recordBalance: 0.5, fewest: 10 },
  V: { beats: { times: 1 }, replacement: true, recordBalance: 0.5, fewest: 10 },
  F: { beats: { times: 1 }, replacement: true, recordBalance: 0.5, fewest: 10 },
};

const once: ClassDraws = { beats: { times: 1 }, replacement: false, recordBalance: 0, fewest: 1 };

/** Every beat once: for fine-tuning. */
export const EVERY_BEAT: EpochDraws = { N: once, S: once, V: once, F: once, Q: once };

const alike: ClassDraws = { beats: 4000, replacement: true, recordBalance: 0, fewest: 1 };

/** As many beats of each class, whosever they are. */
export const CLASS_BALANCED_DRAWS: EpochDraws = { N: alike, S: alike, V: alike, F: alike, Q: alike };

interface Drawable {
  readonly label: BeatLabel;
  readonly draws: ClassDraws;
  /** How many. */
  readonly size: number;
  readonly beats: Uint32Array;
  /** Relative chance of each of `beats`. */
  readonly chances: Float64Array;
}

/**
 * Draws the beats of each epoch, mixed. Beats on unusable signal and those of classes that the contract does not have are
 * never drawn. An epoch's beats depend on the seed and its number alone.
 */
export class EpochSampler {
  /** Beats in an epoch. */
  readonly size: number;
  /** Beats in an epoch of each of the contract's classes, in their order: what class weights are made from. */
  readonly classSizes: readonly number[];
  readonly #drawables: readonly Drawable[];
  readonly #seed: number;

  /** @throws EcgError `SAMPLER_OPTION`; `NO_TRAINING_BEATS` where there is nothing to draw. */
  constructor(set: BeatSet, draws: EpochDraws, seed: number) {
    const { classes } = set.contract;
    this.#drawables = classes.flatMap((label) => {
      const wanted = draws[label];
      return wanted ? [drawable(set, label, wanted)] : [];
    });
    this.#seed = seed;
    this.size = this.#drawables.reduce((sum, { size }) => sum + size, 0);
    this.classSizes = classes.map((label) => this.#drawables.find((each) => each.label === label)?.size ?? 0);
    if (this.size === 0) {
      throw new EcgError('NO_TRAINING_BEATS', `There are no usable beats of the classes ${classes.join(', ')}.`, {
        where: 'records',
        fix: 'Give records with annotated beats, and draws for their classes.',
      });
    }
  }

  /** Indices into the set, `size` of them, in random order. */
  epoch(epoch: number): Uint32Array {
    const random = randomOf('sampling', this.#seed, epoch);
    const indices = new Uint32Array(this.size);
    let at = 0;
    for (const each of this.#drawables) {
      const drawn = each.draws.replacement ? drawWithReplacement(each, random) : drawWithout(each, random);
      indices.set(drawn, at);
      at += drawn.length;
    }
    return random.shuffle(indices);
  }
}

function drawable(set: BeatSet, label: BeatLabel, draws: ClassDraws): Drawable {
  const { beats: wanted, replacement, recordBalance, fewest } = draws;
  const amount = typeof wanted === 'number' ? wanted : wanted.times;
  for (const [name, value] of Object.entries({ beats: amount, recordBalance, fewest })) {
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new EcgError('SAMPLER_OPTION', `${name} of class ${label} is ${value}.`, {
      where: `draws.${label}.${name}`,
      fix: 'Give a number, 0 or more.',
    });
  }
  const index = beatLabels.indexOf(label);
  const beats = Uint32Array.from(set.labels.keys()).filter((b) => set.labels[b] === index && set.problems[b] === 0);
  const inRecord = new Uint32Array(set.records.length);
  for (const b of beats) inRecord[set.recordOf[b]!]!++;
  const chances = Float64Array.from(beats, (b) => Math.max(1, fewest, inRecord[set.recordOf[b]!]!) ** -recordBalance);
  const size = Math.round(typeof wanted === 'number' ? wanted : wanted.times * beats.length);
  const limit = replacement ? (beats.length > 0 ? size : 0) : beats.length;
  return { label, draws, size: Math.min(size, limit), beats, chances };
}

function drawWithReplacement({ beats, chances, size }: Drawable, random: RandomGenerator): Uint32Array {
  const draw = new WeightedDraw(chances);
  return Uint32Array.from({ length: size }, () => beats[draw.next(random)]!);
}

/** The largest keys log(u) / chance are a weighted draw without replacement: Efraimidis & Spirakis, Inf Process Lett 97 (2006). */
function drawWithout({ beats, chances, size }: Drawable, random: RandomGenerator): Uint32Array {
  const keys = chances.map((chance) => Math.log(1 - random.uniform()) / chance);
  const order = Uint32Array.from(beats.keys()).sort((a, b) => keys[b]! - keys[a]! || a - b);
  return order.subarray(0, size).map((i) => beats[i]!);
}
