import { type Device, f32, Parameters, type ParameterValues, type Program } from '@ecgpu/engine';
import { mostLikely } from '../logits/most-likely.js';
import { requireFinite } from '../logits/require-finite.js';
import type { RhythmClass } from './classes.js';
import type { RhythmContract } from './contract.js';
import { RHYTHM_STEP, type RhythmNetworkShape, rhythmNetwork } from './network.js';
import type { RhythmSignal } from './recording.js';
import { emptyRhythmInputs, type RhythmInputs, stretchesOf, writeSegment } from './segments.js';

/** What a model finds in a recording. */
export interface RhythmFindings {
  readonly record: string;
  /** The likeliest class: the challenge asks for one. */
  readonly answer: RhythmClass;
  /** Every class whose probability is at least a half; the likeliest where none is. */
  readonly classes: readonly RhythmClass[];
  /** Of each of the contract's classes; they do not sum to 1, as a recording may have several. */
  readonly probabilities: readonly number[];
  /** Seconds of each step of the attention. */
  readonly attentionStep: number;
  /** How much each stretch of the recording weighed; sums to 1. */
  readonly attention: readonly number[];
}

interface Compiled {
  readonly program: Program;
  readonly inputs: RhythmInputs;
}

/** A rhythm network ready to look at recordings of any length; it is compiled for a length when that is first needed. */
export class RhythmClassifier {
  readonly #device: Device;
  readonly #parameters: Parameters;
  readonly #shape: RhythmNetworkShape;
  readonly #contract: RhythmContract;
  readonly #compiled = new Map<number, Compiled>();

  constructor(device: Device, values: ParameterValues, shape: RhythmNetworkShape, contract: RhythmContract) {
    this.#device = device;
    this.#parameters = new Parameters(device, values);
    this.#shape = shape;
    this.#contract = contract;
  }

  /** @throws EcgError `LOGITS_NOT_FINITE` */
  async classify(signal: RhythmSignal): Promise<RhythmFindings> {
    const { classes, fs, lengths } = this.#contract;
    const { size, starts } = stretchesOf(signal.length, lengths);
    const { program, inputs } = await this.#compile(size);
    const logOdds = new Float64Array(classes.length);
    const steps = Math.ceil(signal.length / RHYTHM_STEP);
    const attention = new Float64Array(steps);
    for (const from of starts) {
      writeSegment(signal, from, inputs, 0, { leads: this.#shape.channels, samples: size });
      program.run({ ...inputs });
      const [odds, weights] = await Promise.all([program.read('logOdds'), program.read('attention')]);
      for (const [k] of classes.entries()) logOdds[k]! += odds[k]! / starts.length;
      const first = Math.floor(from / RHYTHM_STEP);
      for (let i = 0; i < weights.length && first + i < steps; i++)
        attention[first + i]! += weights[i]! / starts.length;
    }
    requireFinite(logOdds);
    const likeliest = mostLikely(logOdds);
    const found = classes.filter((_, k) => logOdds[k]! >= 0);
    return {
      record: signal.record,
      answer: classes[likeliest]!,
      classes: found.length > 0 ? found : [classes[likeliest]!],
      probabilities: Array.from(logOdds, (x) => 1 / (1 + Math.exp(-x))),
      attentionStep: RHYTHM_STEP / fs,
      attention: [...attention],
    };
  }

  async #compile(samples: number): Promise<Compiled> {
    const known = this.#compiled.get(samples);
    if (known) return known;
    const { channels } = this.#shape;
    const program = await this.#device.compile(
      { signal: f32(1, channels, samples), padding: f32(1, samples / RHYTHM_STEP, 1) },
      ({ signal, padding }) => ({
        ...rhythmNetwork(this.#parameters, { signal, padding }, this.#shape, 'inference'),
      }),
      { label: `rhythm classifier, ${samples} samples` },
    );
    const compiled = { program: program as unknown as Program, inputs: emptyRhythmInputs(1, channels, samples) };
    this.#compiled.set(samples, compiled);
    return compiled;
  }

  release(): void {
    for (const { program } of this.#compiled.values()) program.release();
    this.#compiled.clear();
    this.#parameters.release();
  }
}
