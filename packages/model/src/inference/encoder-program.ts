import { type Device, f32, Parameters, type ParameterValues, type Program } from '@ecgpu/engine';
import { type BeatEncoderShape, beatEncoder, beatEncoderParameters, encodingLength } from '../network/beat-encoder.js';
import { releasedOnFailure } from './released-on-failure.js';

/** Writes beats `from … to` as network windows into the start of `window`, [to - from, channels, samples]. */
export type FillWindows = (window: Float32Array, from: number, to: number) => void;

/** The encoder, ready to turn any number of beats into vectors, a batch at a time. */
export class EncoderProgram {
  readonly #program: Program;
  readonly #parameters: Parameters;
  readonly #batchSize: number;
  readonly #window: Float32Array;
  readonly #length: number;

  private constructor(program: Program, parameters: Parameters, shape: BeatEncoderShape, batchSize: number) {
    this.#program = program;
    this.#parameters = parameters;
    this.#batchSize = batchSize;
    this.#window = new Float32Array(batchSize * shape.channels * shape.samples);
    this.#length = encodingLength(shape);
  }

  /** @param values the encoder's tensors; a whole beat network's will do. */
  static async create(
    device: Device,
    values: ParameterValues,
    shape: BeatEncoderShape,
    { batchSize = 128 }: { readonly batchSize?: number } = {},
  ): Promise<EncoderProgram> {
    const parameters = new Parameters(device, encoderValues(values, shape));
    const program = await releasedOnFailure(parameters, () =>
      device.compile(
        { window: f32(batchSize, shape.channels, shape.samples) },
        ({ window }) => ({ context: beatEncoder(parameters, window, shape, 'inference').context }),
        { label: 'beat encoder' },
      ),
    );
    return new EncoderProgram(program as unknown as Program, parameters, shape, batchSize);
  }

  /** @returns [count, 2 · hidden]. */
  async encode(
    count: number,
    fill: FillWindows,
    onProgress?: (done: number, total: number) => void,
  ): Promise<Float32Array> {
    const encoded = new Float32Array(count * this.#length);
    for (let from = 0; from < count; from += this.#batchSize) {
      const to = Math.min(count, from + this.#batchSize);
      fill(this.#window, from, to);
      this.#program.run({ window: this.#window });
      const context = await this.#program.read('context');
      encoded.set(context.subarray(0, (to - from) * this.#length), from * this.#length);
      onProgress?.(to, count);
    }
    return encoded;
  }

  release(): void {
    this.#program.release();
    this.#parameters.release();
  }
}

/** Those of a network's tensors that are its encoder's. */
export function encoderValues(values: ParameterValues, shape: BeatEncoderShape): ParameterValues {
  const names = Object.keys(beatEncoderParameters(shape));
  return new Map([...values].filter(([name]) => names.includes(name)));
}
