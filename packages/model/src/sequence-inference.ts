import { type Device, f32, Parameters, type ParameterValues, type Program } from '@ecgpu/engine';
import { type BeatEncoderShape, encodingLength } from './beat-encoder.js';
import { EncoderProgram } from './encode-beats.js';
import type { BeatInputs } from './inference.js';
import { joinLeads } from './lead-vectors.js';
import { type OutputRule, ruledLogits } from './output-rule.js';
import { type SequenceNetworkShape, sequenceNetwork } from './sequence-network.js';
import { copyWindow, logProbabilities, WindowAverage, windowStarts } from './window-average.js';

export interface SequencePredictions {
  /** [beats, classes], each row summing to 1: after the output rule. */
  readonly probabilities: Float32Array;
  /** [beats, classes]: log-probabilities averaged over the windows that hold the beat, then the output rule. */
  readonly logits: Float32Array;
  /** [beats]: log-odds of atrial fibrillation or flutter, averaged alike. */
  readonly fibrillation: Float32Array;
}

export interface SequenceParts {
  readonly encoder: { readonly shape: BeatEncoderShape; readonly values: ParameterValues };
  readonly sequence: { readonly shape: SequenceNetworkShape; readonly values: ParameterValues };
  readonly rule: OutputRule;
}

/** Windows that are classified at once. */
const BATCH = 8;

/**
 * Classifies the beats of a record by what they look like and by the rhythm they stand in. Every beat is seen in two
 * windows that overlap by half; a window counts most in its middle, where it sees both sides.
 */
export class SequenceClassifier {
  readonly #encoder: EncoderProgram;
  readonly #program: Program;
  readonly #parts: SequenceParts;

  private constructor(encoder: EncoderProgram, program: Program, parts: SequenceParts) {
    this.#encoder = encoder;
    this.#program = program;
    this.#parts = parts;
  }

  static async create(device: Device, parts: SequenceParts): Promise<SequenceClassifier> {
    const { shape, values } = parts.sequence;
    const encoder = await EncoderProgram.create(device, parts.encoder.values, parts.encoder.shape);
    const parameters = new Parameters(device, values);
    const program = await device.compile(
      {
        encoded: f32(BATCH, shape.beats, shape.encoding),
        rhythm: f32(BATCH, shape.beats, shape.features),
      },
      ({ encoded, rhythm }) => {
        const { logits, fibrillation } = sequenceNetwork(parameters, { encoded, rhythm }, shape, 'inference');
        return { logits, fibrillation };
      },
      { label: 'sequence classifier' },
    );
    return new SequenceClassifier(encoder, program as unknown as Program, parts);
  }

  /** Beats of one record, in the order of time. A record shorter than a window is prolonged by its last beat. */
  async predict(
    { count, windows, features, second }: BeatInputs,
    onProgress?: (done: number, total: number) => void,
  ): Promise<SequencePredictions> {
    const { encoder, sequence } = this.#parts;
    const row = encoder.shape.channels * encoder.shape.samples;
    const length = encodingLength(encoder.shape);
    const leads = sequence.shape.encoding === length ? 1 : 2;
    const total = count * (second && leads === 2 ? 2 : 1);
    const encode = (lead: Float32Array, before: number) =>
      this.#encoder.encode(
        count,
        (window, from, to) => window.set(lead.subarray(from * row, to * row)),
        (done) => onProgress?.(before + done, total),
      );
    const first = await encode(windows, 0);
    if (leads === 1) return this.classify(count, first, features);
    const joined = second
      ? joinLeads(first, await encode(second.windows, count), second.present, length)
      : joinLeads(first, first, new Uint8Array(count), length);
    return this.classify(count, joined, features);
  }

  /** The same for beats that are encoded already: encoded [count, encoding], features [count, features]. */
  async classify(count: number, encoded: Float32Array, features: Float32Array): Promise<SequencePredictions> {
    const { shape } = this.#parts.sequence;
    const { beats, classes } = shape;
    const vectors = { rows: encoded, count, width: shape.encoding };
    const rhythm = { rows: features, count, width: shape.features };
    const average = new WindowAverage(count, beats, classes);
    const starts = windowStarts(count, beats);
    const inputs = {
      encoded: new Float32Array(BATCH * beats * shape.encoding),
      rhythm: new Float32Array(BATCH * beats * shape.features),
    };
    for (let first = 0; first < starts.length; first += BATCH) {
      const batch = starts.slice(first, first + BATCH);
      for (const [place, start] of batch.entries()) {
        copyWindow(inputs.encoded, place, vectors, start, beats);
        copyWindow(inputs.rhythm, place, rhythm, start, beats);
      }
      this.#program.run(inputs);
      const [logits, odds] = await Promise.all([this.#program.read('logits'), this.#program.read('fibrillation')]);
      for (const [place, start] of batch.entries()) {
        const [from, to] = [place * beats, (place + 1) * beats];
        const called = logProbabilities(logits.subarray(from * classes, to * classes), classes);
        average.add(start, called, odds.subarray(from, to));
      }
    }
    const { logits, fibrillation } = average.result();
    return { ...ruledLogits(logits, fibrillation, classes, this.#parts.rule), fibrillation };
  }

  release(): void {
    this.#encoder.release();
    this.#program.release();
  }
}
