import { type Device, f32, Parameters, type ParameterValues, type Program } from '@ecgpu/engine';
import { logProbabilities } from '../logits/log-probabilities.js';
import { type SequenceNetworkShape, sequenceNetwork } from '../network/sequence-network.js';
import { releasedOnFailure } from './released-on-failure.js';
import { copyWindow, WindowAverage, windowStarts } from './window-average.js';

/** Windows that are classified at once. */
const BATCH = 8;

/** What one network, or the mean of several, says of beats. */
export interface StageOutput {
  /** [beats, classes]: log-probabilities; of several networks their mean, which does not sum to 1. */
  readonly logits: Float32Array;
  /** [beats]: log-odds of atrial fibrillation or flutter. */
  readonly fibrillation: Float32Array;
}

/**
 * The network over beats that are encoded already. Every beat is seen in two windows that overlap by half; a window counts
 * most in its middle, where it sees both sides.
 */
export class SequenceStage {
  readonly #program: Program;
  readonly #parameters: Parameters;
  readonly #shape: SequenceNetworkShape;

  private constructor(program: Program, parameters: Parameters, shape: SequenceNetworkShape) {
    this.#program = program;
    this.#parameters = parameters;
    this.#shape = shape;
  }

  static async create(device: Device, values: ParameterValues, shape: SequenceNetworkShape): Promise<SequenceStage> {
    const parameters = new Parameters(device, values);
    const program = await releasedOnFailure(parameters, () =>
      device.compile(
        {
          encoded: f32(BATCH, shape.beats, shape.encoding),
          rhythm: f32(BATCH, shape.beats, shape.features),
        },
        ({ encoded, rhythm }) => {
          const { logits, fibrillation } = sequenceNetwork(parameters, { encoded, rhythm }, shape, 'inference');
          return { logits, fibrillation };
        },
        { label: 'sequence classifier' },
      ),
    );
    return new SequenceStage(program as unknown as Program, parameters, shape);
  }

  /**
   * Log-probabilities [count, classes] and log-odds of fibrillation [count] of a record's beats, averaged over the windows that
   * hold each. A record shorter than a window is prolonged by its last beat.
   *
   * @param encoded [count, encoding]
   * @param features [count, features]
   */
  async classify(count: number, encoded: Float32Array, features: Float32Array): Promise<StageOutput> {
    const shape = this.#shape;
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
    return average.result();
  }

  release(): void {
    this.#program.release();
    this.#parameters.release();
  }
}
