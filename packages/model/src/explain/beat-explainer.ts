import {
  type Device,
  f32,
  gradientsOf,
  multiply,
  Parameters,
  type ParameterValues,
  type Program,
  sum,
} from '@ecgpu/engine';
import { releasedOnFailure } from '../inference/released-on-failure.js';
import { type BeatNetworkShape, beatNetwork } from '../network/beat-network.js';
import { checkQuestions, type ExplainedBeats } from './baseline.js';
import type { ExplainOptions, Explanation, Question } from './explanation.js';
import { integrateGradients, type PathPoint, type PathSample } from './integrated-gradients.js';

/** Points of paths that are computed at once. */
const BATCH = 16;

/** Explains calls of a beat network: a graph of its own, with gradients by the inputs. */
export class BeatExplainer {
  readonly #program: Program;
  readonly #parameters: Parameters;
  readonly #shape: BeatNetworkShape;

  private constructor(program: Program, parameters: Parameters, shape: BeatNetworkShape) {
    this.#program = program;
    this.#parameters = parameters;
    this.#shape = shape;
  }

  static async create(device: Device, values: ParameterValues, shape: BeatNetworkShape): Promise<BeatExplainer> {
    const parameters = new Parameters(device, values);
    const program = await releasedOnFailure(parameters, () =>
      device.compile(
        {
          window: f32(BATCH, shape.channels, shape.samples),
          rhythm: f32(BATCH, shape.features),
          wanted: f32(BATCH, shape.classes),
        },
        ({ window, rhythm, wanted }) => {
          const { logits, attention } = beatNetwork(parameters, { window, rhythm }, shape, 'inference');
          // Rows do not meet in inference, so the sum's gradient is each row's own.
          const [byWindow, byRhythm] = gradientsOf(sum(multiply(logits, wanted)), [window, rhythm]);
          return { logits, attention, byWindow: byWindow!, byRhythm: byRhythm! };
        },
        { label: 'beat explanation' },
      ),
    );
    return new BeatExplainer(program as unknown as Program, parameters, shape);
  }

  /**
   * Attention and integrated gradients of some beats' logits.
   *
   * @throws EcgError `NO_SUCH_BEAT`, `NO_SUCH_CLASS`; those of integrateGradients
   */
  async explain(
    { count, windows, features, reference }: ExplainedBeats,
    questions: readonly Question[],
    options: ExplainOptions = {},
    onProgress?: (done: number) => void,
  ): Promise<Explanation[]> {
    const { samples, channels, features: width, classes } = this.#shape;
    checkQuestions(questions, count, classes);
    const row = channels * samples;
    // Window and features as one vector; of the features the baseline is 0.
    const start = new Float32Array(row + width);
    start.set(reference);
    const differences = questions.map(({ beat }) => {
      const difference = new Float32Array(row + width);
      const window = windows.subarray(beat * row, (beat + 1) * row);
      difference.set(window.map((x, i) => x - reference[i]!));
      difference.set(features.subarray(beat * width, (beat + 1) * width), row);
      return difference;
    });
    const attention: Float32Array[] = [];
    const evaluate = async (points: readonly PathPoint[]) => {
      const found: PathSample[] = [];
      for (let from = 0; from < points.length; from += BATCH) {
        const batch = points.slice(from, from + BATCH);
        const run = await this.#run(batch, questions, start, differences);
        found.push(...run.samples);
        for (const [i, { path, at }] of batch.entries()) if (at === 1) attention[path] = run.attention[i]!;
        onProgress?.(found.length);
      }
      return found;
    };
    const integrals = await integrateGradients(differences, evaluate, options);
    return integrals.map(({ attributions, baselineValue, value, residual, points }, index): Explanation => {
      const waveform = new Float32Array(samples);
      for (let i = 0; i < row; i++) waveform[i % samples]! += attributions[i]!;
      return {
        ...questions[index]!,
        ...{ logit: value, baselineLogit: baselineValue, residual, points },
        ...{ waveform, rhythm: attributions.slice(row), neighbours: [], attention: attention[index]! },
      };
    });
  }

  async #run(
    batch: readonly PathPoint[],
    questions: readonly Question[],
    start: Float32Array,
    differences: readonly Float32Array[],
  ): Promise<{ readonly samples: PathSample[]; readonly attention: Float32Array[] }> {
    const { samples, channels, features: width, classes } = this.#shape;
    const row = channels * samples;
    const steps = samples / 8;
    const inputs = {
      window: new Float32Array(BATCH * row),
      rhythm: new Float32Array(BATCH * width),
      wanted: new Float32Array(BATCH * classes),
    };
    for (const [i, { path, at }] of batch.entries()) {
      const here = differences[path]!.map((x, k) => start[k]! + at * x);
      inputs.window.set(here.subarray(0, row), i * row);
      inputs.rhythm.set(here.subarray(row), i * width);
      inputs.wanted[i * classes + questions[path]!.class] = 1;
    }
    this.#program.run(inputs);
    const [logits, attention, byWindow, byRhythm] = await Promise.all(
      (['logits', 'attention', 'byWindow', 'byRhythm'] as const).map((name) => this.#program.read(name)),
    );
    return {
      samples: batch.map(({ path }, i) => {
        const gradient = new Float32Array(row + width);
        gradient.set(byWindow!.subarray(i * row, (i + 1) * row));
        gradient.set(byRhythm!.subarray(i * width, (i + 1) * width), row);
        return { value: logits![i * classes + questions[path]!.class]!, gradient };
      }),
      attention: batch.map((_, i) => (attention as Float32Array).slice(i * steps, (i + 1) * steps)),
    };
  }

  release(): void {
    this.#program.release();
    this.#parameters.release();
  }
}
