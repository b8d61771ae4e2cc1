import { EcgError } from '@ecgpu/ecg-dsp';
import {
  add,
  concat,
  type Device,
  f32,
  fill,
  gradientsOf,
  i32,
  multiply,
  Parameters,
  type Program,
  reshape,
  scale,
  softmaxCrossEntropy,
  softplus,
  sum,
  type Tensor,
} from '@ecgpu/engine';
import { beatEncoder, encodingLength } from '../beat-encoder.js';
import { encoderValues } from '../encode-beats.js';
import type { SequenceParts } from '../sequence-inference.js';
import { sequenceNetwork } from '../sequence-network.js';
import { windowStarts } from '../window-average.js';
import { checkQuestions, type ExplainedBeats } from './baseline.js';
import type { ExplainOptions, Explanation, Question } from './explanation.js';
import { integrateGradients, type PathPoint, type PathSample } from './integrated-gradients.js';

/**
 * Explains calls of a sequence model through both of its stages and its output rule: from the samples and rhythm features of
 * every beat in the windows that hold the one asked for to its final logit, averaged over the members. A model of two leads is
 * explained as it calls by the first alone. A run computes one point of a path.
 */
export class SequenceExplainer {
  readonly #device: Device;
  /** Of one architecture and one rule. */
  readonly #parts: SequenceParts;
  readonly #members: readonly { readonly encoder: Parameters; readonly sequence: Parameters }[];
  /** By how many windows hold the beat. */
  readonly #programs = new Map<number, Program>();

  /** @param members at least one; they differ in their values only. */
  constructor(device: Device, members: readonly SequenceParts[]) {
    this.#device = device;
    this.#parts = members[0]!;
    this.#members = members.map(({ encoder, sequence }) => ({
      encoder: new Parameters(device, encoderValues(encoder.values, encoder.shape)),
      sequence: new Parameters(device, sequence.values),
    }));
  }

  /**
   * Attention and integrated gradients of some beats' logits: averaged log-probabilities of the windows, and the rule.
   *
   * @throws EcgError `NO_SUCH_BEAT`, `NO_SUCH_CLASS`; `EXPLANATION_UNSUPPORTED` for beats of two leads; those of
   *   integrateGradients
   */
  async explain(
    beats: ExplainedBeats,
    questions: readonly Question[],
    options: ExplainOptions = {},
    onProgress?: (done: number) => void,
  ): Promise<Explanation[]> {
    checkQuestions(questions, beats.count, this.#parts.sequence.shape.classes);
    if (beats.second) {
      throw new EcgError('EXPLANATION_UNSUPPORTED', 'Calls by two leads have no explanation yet.', {
        where: 'explain',
        fix: 'Prepare the beats with the contract without its second lead, and explain what is called by one.',
      });
    }
    const explanations: Explanation[] = [];
    for (const question of questions) explanations.push(await this.#explainOne(beats, question, options, onProgress));
    return explanations;
  }

  async #explainOne(
    { count, windows, features, reference }: ExplainedBeats,
    question: Question,
    options: ExplainOptions,
    onProgress?: (done: number) => void,
  ): Promise<Explanation> {
    const { encoder, sequence } = this.#parts;
    const { beats, features: width } = sequence.shape;
    const { samples, channels } = encoder.shape;
    const row = channels * samples;
    const starts = windowStarts(count, beats).filter((at) => question.beat >= at && question.beat < at + beats);
    // As inference has it, a short record is prolonged by its last beat.
    const beatOf = starts.flatMap((at) => Array.from({ length: beats }, (_, k) => Math.min(count - 1, at + k)));
    const rows = beatOf.length;
    const start = new Float32Array(rows * (row + width));
    const difference = new Float32Array(rows * (row + width));
    for (const [r, beat] of beatOf.entries()) {
      start.set(reference, r * row);
      for (let i = 0; i < row; i++) difference[r * row + i] = windows[beat * row + i]! - reference[i]!;
      difference.set(features.subarray(beat * width, (beat + 1) * width), rows * row + r * width);
    }
    const weight = new Float32Array(rows);
    for (const [w, at] of starts.entries()) {
      const k = question.beat - at;
      weight[w * beats + k] = Math.min(k + 1, beats - k);
    }
    const total = weight.reduce((s, x) => s + x, 0);
    const fixed = {
      label: new Int32Array(rows).fill(question.class),
      weight: weight.map((x) => x / total),
      ruled: Float32Array.of(question.class === this.#parts.rule.class ? 1 : 0),
    };
    const program = await this.#program(starts.length);
    let attention = new Float32Array();
    let done = 0;
    const evaluate = async (points: readonly PathPoint[]) => {
      const found: PathSample[] = [];
      for (const { at } of points) {
        const here = difference.map((x, i) => start[i]! + at * x);
        program.run({ window: here.subarray(0, rows * row), rhythm: here.subarray(rows * row), ...fixed });
        const [value, byWindow, byRhythm] = await Promise.all([
          program.readScalar('logit'),
          program.read('byWindow'),
          program.read('byRhythm'),
        ]);
        const gradient = new Float32Array(difference.length);
        gradient.set(byWindow);
        gradient.set(byRhythm, rows * row);
        found.push({ value, gradient });
        if (at === 1) {
          const steps = samples / 8;
          const own = beatOf.indexOf(question.beat);
          attention = (await program.read('attention')).slice(
            own * steps,
            (own + 1) * steps,
          ) as Float32Array<ArrayBuffer>;
        }
        onProgress?.(++done);
      }
      return found;
    };
    const [integral] = await integrateGradients([difference], evaluate, options);
    const { attributions, baselineValue, value, residual, points } = integral!;
    const waveform = new Float32Array(samples);
    const rhythm = new Float32Array(width);
    const others = new Map<number, { waveform: number; rhythm: number }>();
    for (const [r, beat] of beatOf.entries()) {
      const ofWindow = attributions.subarray(r * row, (r + 1) * row);
      const ofRhythm = attributions.subarray(rows * row + r * width, rows * row + (r + 1) * width);
      if (beat === question.beat) {
        for (const [i, x] of ofWindow.entries()) waveform[i % samples]! += x;
        for (const [i, x] of ofRhythm.entries()) rhythm[i]! += x;
      } else {
        const other = others.get(beat) ?? { waveform: 0, rhythm: 0 };
        other.waveform += ofWindow.reduce((s, x) => s + x, 0);
        other.rhythm += ofRhythm.reduce((s, x) => s + x, 0);
        others.set(beat, other);
      }
    }
    const bias = fixed.ruled[0]! * this.#parts.rule.bias;
    return {
      ...question,
      ...{ logit: value + bias, baselineLogit: baselineValue + bias, residual, points, waveform, rhythm, attention },
      neighbours: [...others].map(([beat, sums]) => ({ beat, ...sums })).sort((a, b) => a.beat - b.beat),
    };
  }

  async #program(windows: number): Promise<Program> {
    const known = this.#programs.get(windows);
    if (known) return known;
    const { encoder, sequence, rule } = this.#parts;
    const { beats, encoding, features, classes } = sequence.shape;
    const rows = windows * beats;
    // An absent second lead is told by zeros.
    const absent = encoding - encodingLength(encoder.shape);
    const share = 1 / this.#members.length;
    const program = (await this.#device.compile(
      {
        window: f32(rows, encoder.shape.channels, encoder.shape.samples),
        rhythm: f32(windows, beats, features),
        label: i32(rows),
        weight: f32(rows),
        ruled: f32(1),
      },
      ({ window, rhythm, label, weight, ruled }) => {
        const called = this.#members.map((member) => {
          const { context, attention } = beatEncoder(member.encoder, window, encoder.shape, 'inference');
          const first = reshape(context, [windows, beats, encoding - absent]);
          const encoded = absent === 0 ? first : concat([first, fill([windows, beats, absent], 0)], 2);
          const found = sequenceNetwork(member.sequence, { encoded, rhythm }, sequence.shape, 'inference');
          return {
            attention,
            // The weighted mean of cross-entropies is minus the averaged log-probability.
            loss: softmaxCrossEntropy(reshape(found.logits, [rows, classes]), label, weight),
            odds: sum(multiply(reshape(found.fibrillation, [rows]), weight)),
          };
        });
        const mean = (of: (one: (typeof called)[number]) => Tensor) => {
          const [head, ...rest] = called.map(of);
          return scale(
            rest.reduce((total, x) => add(total, x), head!),
            share,
          );
        };
        const moved = scale(softplus(mean(({ odds }) => odds)), -rule.fibrillation);
        const logit = add(
          scale(
            mean(({ loss }) => loss),
            -1,
          ),
          multiply(reshape(moved, [1]), ruled),
        );
        const scalarLogit = sum(logit);
        const attention = mean((one) => one.attention);
        const [byWindow, byRhythm] = gradientsOf(scalarLogit, [window, rhythm]);
        return { logit: scalarLogit, attention, byWindow: byWindow!, byRhythm: byRhythm! };
      },
      { label: 'sequence explanation' },
    )) as unknown as Program;
    this.#programs.set(windows, program);
    return program;
  }

  release(): void {
    for (const program of this.#programs.values()) program.release();
    this.#programs.clear();
  }
}
