import { EcgError } from '@ecgpu/ecg-dsp';
import type { RandomGenerator } from '@ecgpu/engine';
import { windowLength } from '../preprocess/contract.js';
import { normaliserShares } from '../preprocess/rhythm-features.js';
import type { BeatSet } from './beat-set.js';

/** How training beats are changed. 0 leaves a change out; amplitudes are in units of the record's scale. */
export interface Augmentation {
  /** The window is shifted by up to this many samples either way. */
  readonly shift: number;
  /** Standard deviation of the amplitude of a sine of 0.1 to 0.7 Hz: baseline wander. */
  readonly wander: number;
  /** Mean standard deviation of white noise; each beat has its own, uniform up to twice this. */
  readonly noise: number;
  /** Standard deviation of the logarithm of a gain. */
  readonly gain: number;
  /** Standard deviation of noise on each rhythm feature. */
  readonly features: number;
  /** Standard deviation of an error in the logarithms of the local and of the global mean interval. */
  readonly normalisers: number;
}

export const TRAINING_AUGMENTATION: Augmentation = {
  shift: 3,
  wander: 0.1,
  noise: 0.02,
  gain: 0.15,
  features: 0.03,
  normalisers: 0.1,
};

/** For fine-tuning on one patient. */
export const LIGHT_AUGMENTATION: Augmentation = {
  shift: 2,
  wander: 0.03,
  noise: 0.01,
  gain: 0.05,
  features: 0.02,
  normalisers: 0.1,
};

export const NO_AUGMENTATION: Augmentation = { shift: 0, wander: 0, noise: 0, gain: 0, features: 0, normalisers: 0 };

/** Writes beats of a set as network inputs, changed at random. Writing allocates nothing. */
export class BeatAugmenter {
  readonly #set: BeatSet;
  readonly #by: Augmentation;
  readonly #length: number;
  readonly #perLocal: Float32Array;
  readonly #perGlobal: Float32Array;
  /** Wander and noise of the beat being written. */
  readonly #disturbance: Float32Array;

  /** @throws EcgError `AUGMENTATION_OPTION`, also for a shift beyond the set's margin. */
  constructor(set: BeatSet, augmentation: Augmentation) {
    for (const [name, value] of Object.entries(augmentation)) {
      if (!(value >= 0 && Number.isFinite(value))) throw optionError(name, value, 'a number, 0 or more');
    }
    const { shift } = augmentation;
    if (!Number.isInteger(shift) || shift > set.margin)
      throw optionError('shift', shift, `a whole number up to the margin of the beats, ${set.margin}`);
    this.#set = set;
    this.#by = augmentation;
    this.#length = windowLength(set.contract);
    this.#disturbance = new Float32Array(this.#length);
    const { perLocal, perGlobal } = normaliserShares(set.contract.rhythm.features);
    this.#perLocal = perLocal;
    this.#perGlobal = perGlobal;
  }

  /**
   * Writes beat `b` as row `row` of `window` [rows, channels, samples] and `rhythm` [rows, features]. All channels get the
   * same shift, disturbance and gain, as if the electrode had seen them.
   */
  write(b: number, random: RandomGenerator, window: Float32Array, rhythm: Float32Array, row: number): void {
    const { contract, margin, beats, templates, recordOf } = this.#set;
    const length = this.#length;
    const wide = length + 2 * margin;
    const shift = this.#by.shift === 0 ? 0 : random.integer(2 * this.#by.shift + 1) - this.#by.shift;
    this.#disturb(random);
    const gain = this.#by.gain === 0 ? 1 : Math.exp(this.#by.gain * random.normal());
    const beat = b * wide + margin + shift;
    const template = recordOf[b]! * wide + margin + shift;
    let at = row * contract.channels.length * length;
    for (let c = 0; c < contract.channels.length; c++) {
      const share = contract.channels[c] === 'beat' ? 0 : 1;
      for (let i = 0; i < length; i++) {
        window[at++] = gain * (beats[beat + i]! - share * templates[template + i]! + this.#disturbance[i]!);
      }
    }
    this.#writeRhythm(b, random, rhythm, row);
  }

  #disturb(random: RandomGenerator): void {
    const { wander, noise } = this.#by;
    const disturbance = this.#disturbance;
    disturbance.fill(0);
    if (wander > 0) {
      const amplitude = wander * random.normal();
      const step = (2 * Math.PI * random.uniform(0.1, 0.7)) / this.#set.contract.fs;
      const phase = 2 * Math.PI * random.uniform();
      for (let i = 0; i < disturbance.length; i++) disturbance[i] = amplitude * Math.sin(phase + step * i);
    }
    if (noise > 0) {
      const sigma = noise * random.uniform(0, 2);
      for (let i = 0; i < disturbance.length; i++) disturbance[i]! += sigma * random.normal();
    }
  }

  #writeRhythm(b: number, random: RandomGenerator, rhythm: Float32Array, row: number): void {
    const { features: noise, normalisers } = this.#by;
    const count = this.#perLocal.length;
    const local = normalisers === 0 ? 0 : normalisers * random.normal();
    const global = normalisers === 0 ? 0 : normalisers * random.normal();
    for (let f = 0; f < count; f++) {
      const misjudged = local * this.#perLocal[f]! + global * this.#perGlobal[f]!;
      const error = noise === 0 ? 0 : noise * random.normal();
      rhythm[row * count + f] = this.#set.features[b * count + f]! + misjudged + error;
    }
  }
}

function optionError(name: string, value: unknown, wanted: string): EcgError {
  return new EcgError('AUGMENTATION_OPTION', `${name} is ${value}.`, { where: name, fix: `Give ${wanted}.` });
}
