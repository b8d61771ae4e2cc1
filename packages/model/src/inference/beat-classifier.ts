import { type Device, f32, Parameters, type ParameterValues, type Program, softmax } from '@ecgpu/engine';
import { type BeatNetworkShape, beatNetwork } from '../network/beat-network.js';
import type { SecondLeadInputs } from '../preprocess/network-inputs.js';
import { releasedOnFailure } from './released-on-failure.js';

export interface BeatPredictions {
  /** [beats, classes], each row summing to 1. */
  readonly probabilities: Float32Array;
  /** [beats, classes]. */
  readonly logits: Float32Array;
  /** [beats, steps]: how much each stretch of the beat weighed. */
  readonly attention: Float32Array;
}

export interface BeatInputs {
  readonly count: number;
  /** [count, channels, samples]. */
  readonly windows: Float32Array;
  /** [count, features]. */
  readonly features: Float32Array;
  /** The second lead, for models that look at two. */
  readonly second?: SecondLeadInputs;
  /** Whether these are a stretch of a longer record, as a stream has it: what is usual in the record is then not known. */
  readonly stretch?: boolean;
}

/** A network ready to classify any number of beats, a batch at a time. */
export class BeatClassifier {
  readonly #program: Program;
  readonly #shape: BeatNetworkShape;
  readonly #batchSize: number;
  /** Those that no one else has. */
  #parameters: Parameters | undefined;

  private constructor(program: Program, shape: BeatNetworkShape, batchSize: number) {
    this.#program = program;
    this.#shape = shape;
    this.#batchSize = batchSize;
  }

  static async create(
    device: Device,
    values: ParameterValues,
    shape: BeatNetworkShape,
    { batchSize = 64 }: { batchSize?: number } = {},
  ): Promise<BeatClassifier> {
    const parameters = new Parameters(device, values);
    const classifier = await releasedOnFailure(parameters, () =>
      BeatClassifier.of(device, parameters, shape, { batchSize }),
    );
    classifier.#parameters = parameters;
    return classifier;
  }

  /** With parameters that are on the device already, as they are at each call: for watching a training. */
  static async of(
    device: Device,
    parameters: Parameters,
    shape: BeatNetworkShape,
    { batchSize = 64 }: { batchSize?: number } = {},
  ): Promise<BeatClassifier> {
    const program = await device.compile(
      { window: f32(batchSize, shape.channels, shape.samples), rhythm: f32(batchSize, shape.features) },
      ({ window, rhythm }) => {
        const { logits, attention } = beatNetwork(parameters, { window, rhythm }, shape, 'inference');
        return { logits, attention, probabilities: softmax(logits) };
      },
      { label: 'beat classifier' },
    );
    return new BeatClassifier(program as unknown as Program, shape, batchSize);
  }

  /** Classifies `count` beats; the last batch is padded with zeros whose results are dropped. */
  async predict(
    { count, windows, features }: BeatInputs,
    onProgress?: (done: number, total: number) => void,
  ): Promise<BeatPredictions> {
    const { channels, samples, features: featureCount, classes } = this.#shape;
    const size = this.#batchSize;
    const steps = samples / 8;
    const window = new Float32Array(size * channels * samples);
    const rhythm = new Float32Array(size * featureCount);
    const predictions = {
      probabilities: new Float32Array(count * classes),
      logits: new Float32Array(count * classes),
      attention: new Float32Array(count * steps),
    };
    for (let from = 0; from < count; from += size) {
      const to = Math.min(count, from + size);
      fillFrom(window, windows, from, to, channels * samples);
      fillFrom(rhythm, features, from, to, featureCount);
      this.#program.run({ window, rhythm });
      const [logits, probabilities, attention] = await Promise.all([
        this.#program.read('logits'),
        this.#program.read('probabilities'),
        this.#program.read('attention'),
      ]);
      predictions.logits.set(logits.subarray(0, (to - from) * classes), from * classes);
      predictions.probabilities.set(probabilities.subarray(0, (to - from) * classes), from * classes);
      predictions.attention.set(attention.subarray(0, (to - from) * steps), from * steps);
      onProgress?.(to, count);
    }
    return predictions;
  }

  release(): void {
    this.#program.release();
    this.#parameters?.release();
  }
}

/** Rows `from … to` of `source` into the start of `target`; the rest becomes zero. */
function fillFrom(target: Float32Array, source: Float32Array, from: number, to: number, row: number): void {
  target.set(source.subarray(from * row, to * row));
  target.fill(0, (to - from) * row);
}
