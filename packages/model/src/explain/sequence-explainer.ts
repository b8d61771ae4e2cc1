import { type Device, Parameters, type Program } from '@ecgpu/engine';
import { encodeLeads } from '../inference/encode-leads.js';
import { EncoderProgram, encoderValues } from '../inference/encoder-program.js';
import type { SequenceParts } from '../inference/sequence-parts.js';
import { windowStarts } from '../inference/window-average.js';
import { encodingLength } from '../network/beat-encoder.js';
import { recordMedian } from '../record/median.js';
import { checkQuestions, type ExplainedBeats } from './baseline.js';
import type { ExplainOptions, Explanation, LeadExplanation, Neighbour, Question } from './explanation.js';
import { integrateGradients, type PathPoint, type PathSample } from './integrated-gradients.js';
import {
  compileSequenceExplanation,
  type ExplainedWindows,
  type MemberParameters,
} from './sequence-explanation-program.js';

/** A question as the program is asked it. */
interface Asked extends ExplainedWindows {
  /** [rows]: which beat of the record stands in each row of the windows. */
  readonly beatOf: readonly number[];
  /** Windows [leads, rows, channels, samples], then rhythm [rows, features]: the baseline, and the beats less it. */
  readonly start: Float32Array;
  readonly difference: Float32Array;
  /** What is the same at every point of the path. */
  readonly fixed: Readonly<Record<'present' | 'label' | 'weight' | 'ruled', Float32Array | Int32Array>> & {
    readonly median?: Float32Array;
  };
}

/**
 * Explains calls of a sequence model through both of its stages and its output rule: from the samples of both leads and the
 * rhythm features of every beat in the windows that hold the one asked for to its final logit, averaged over the members.
 * Whether a beat has a second lead is the same along the path, and so is the median of a record that the relative stage called. A run
 * computes one point of it.
 */
export class SequenceExplainer {
  readonly #device: Device;
  /** Of one architecture and one rule. */
  readonly #parts: SequenceParts;
  readonly #all: readonly SequenceParts[];
  readonly #members: readonly MemberParameters[];
  /** By windows, leads and stage. */
  readonly #programs = new Map<string, Program>();

  /** @param members at least one; they differ in their values only. */
  constructor(device: Device, members: readonly SequenceParts[]) {
    this.#device = device;
    this.#parts = members[0]!;
    this.#all = members;
    this.#members = members.map(({ encoder, sequence, relative }) => ({
      encoder: new Parameters(device, encoderValues(encoder.values, encoder.shape)),
      sequence: new Parameters(device, sequence.values),
      ...(relative ? { relative: new Parameters(device, relative.values) } : {}),
    }));
  }

  /**
   * Attention and integrated gradients of some beats' logits: averaged log-probabilities of the windows, and the rule.
   *
   * @throws EcgError `NO_SUCH_BEAT`, `NO_SUCH_CLASS`; those of integrateGradients
   */
  async explain(
    beats: ExplainedBeats,
    questions: readonly Question[],
    options: ExplainOptions = {},
    onProgress?: (done: number) => void,
  ): Promise<Explanation[]> {
    checkQuestions(questions, beats.count, this.#parts.sequence.shape.classes);
    const explanations: Explanation[] = [];
    const median = await this.#medians(beats);
    for (const question of questions) {
      explanations.push(await this.#explainOne(this.#asked(beats, median, question), question, options, onProgress));
    }
    return explanations;
  }

  /** [members, encoding]: what is usual in a record for each member's encoder, where the relative stage calls it. */
  async #medians(beats: ExplainedBeats): Promise<Float32Array | undefined> {
    if (beats.stage !== 'relative') return undefined;
    const width = this.#parts.sequence.shape.encoding;
    const medians = new Float32Array(this.#all.length * width);
    for (const [member, parts] of this.#all.entries()) {
      const program = await EncoderProgram.create(this.#device, parts.encoder.values, parts.encoder.shape);
      try {
        medians.set(recordMedian(await encodeLeads(program, parts, beats), width), member * width);
      } finally {
        program.release();
      }
    }
    return medians;
  }

  /** The windows that hold a beat, with their baselines. */
  #asked(
    { count, windows, features, reference, second }: ExplainedBeats,
    median: Float32Array | undefined,
    question: Question,
  ): Asked {
    const { encoder, sequence, rule } = this.#parts;
    const { beats, features: width, encoding } = sequence.shape;
    const row = encoder.shape.channels * encoder.shape.samples;
    const starts = windowStarts(count, beats).filter((at) => question.beat >= at && question.beat < at + beats);
    // As inference has it, a short record is prolonged by its last beat.
    const beatOf = starts.flatMap((at) => Array.from({ length: beats }, (_, k) => Math.min(count - 1, at + k)));
    const rows = beatOf.length;
    const canLookAtTwo = encoding > encodingLength(encoder.shape);
    const other = canLookAtTwo && second && beatOf.some((beat) => second.present[beat]) ? second : undefined;
    const shown = [{ windows, reference }, ...(other ? [other] : [])];
    const start = new Float32Array(rows * (shown.length * row + width));
    const difference = new Float32Array(start.length);
    for (const [r, beat] of beatOf.entries()) {
      for (const [lead, { windows, reference }] of shown.entries()) {
        const at = (lead * rows + r) * row;
        start.set(reference, at);
        for (let i = 0; i < row; i++) difference[at + i] = windows[beat * row + i]! - reference[i]!;
      }
      const ofRhythm = features.subarray(beat * width, (beat + 1) * width);
      difference.set(ofRhythm, shown.length * rows * row + r * width);
    }
    const weight = new Float32Array(rows);
    for (const [w, at] of starts.entries()) {
      const k = question.beat - at;
      weight[w * beats + k] = Math.min(k + 1, beats - k);
    }
    const total = weight.reduce((s, x) => s + x, 0);
    return {
      ...{ windows: starts.length, leads: other ? 2 : 1, stage: median ? 'relative' : 'plain' },
      ...{ beatOf, start, difference },
      fixed: {
        present: Float32Array.from(beatOf, (beat) => other?.present[beat] ?? 0),
        label: new Int32Array(rows).fill(question.class),
        weight: weight.map((x) => x / total),
        ruled: Float32Array.of(question.class === rule.class ? 1 : 0),
        ...(median ? { median } : {}),
      },
    };
  }

  async #explainOne(
    asked: Asked,
    question: Question,
    options: ExplainOptions,
    onProgress?: (done: number) => void,
  ): Promise<Explanation> {
    const { beatOf, start, difference, fixed, leads } = asked;
    const { encoder, rule } = this.#parts;
    const rows = beatOf.length;
    const ofWindows = leads * rows * encoder.shape.channels * encoder.shape.samples;
    const program = await this.#program(asked);
    let attention: Float32Array = new Float32Array();
    let done = 0;
    const evaluate = async (points: readonly PathPoint[]) => {
      const found: PathSample[] = [];
      for (const { at } of points) {
        const here = difference.map((x, i) => start[i]! + at * x);
        program.run({ window: here.subarray(0, ofWindows), rhythm: here.subarray(ofWindows), ...fixed });
        const [value, byWindow, byRhythm] = await Promise.all([
          program.readScalar('logit'),
          program.read('byWindow'),
          program.read('byRhythm'),
        ]);
        const gradient = new Float32Array(difference.length);
        gradient.set(byWindow);
        gradient.set(byRhythm, ofWindows);
        found.push({ value, gradient });
        if (at === 1) attention = (await program.read('attention')) as Float32Array;
        onProgress?.(++done);
      }
      return found;
    };
    const [integral] = await integrateGradients([difference], evaluate, options);
    const { attributions, baselineValue, value, residual, points } = integral!;
    // The rule's bias moves both ends of the path.
    const bias = fixed.ruled[0]! * rule.bias;
    return {
      ...question,
      ...{ logit: value + bias, baselineLogit: baselineValue + bias, residual, points },
      ...this.#byBeat(asked, attributions, attention, question.beat),
    };
  }

  /** Sums over the rows that a beat stands in: the one asked for in full, the others as totals. */
  #byBeat(
    { beatOf, leads, fixed }: Asked,
    attributions: Float32Array,
    attention: Float32Array,
    asked: number,
  ): LeadExplanation & Pick<Explanation, 'rhythm' | 'neighbours' | 'second'> {
    const { samples, channels } = this.#parts.encoder.shape;
    const { features: width } = this.#parts.sequence.shape;
    const [rows, row, steps] = [beatOf.length, channels * samples, samples / 8];
    const rowOf = (lead: number, r: number) =>
      attributions.subarray((lead * rows + r) * row, (lead * rows + r + 1) * row);
    const rhythmOf = (r: number) => {
      const at = leads * rows * row + r * width;
      return attributions.subarray(at, at + width);
    };
    const rhythm = new Float32Array(width);
    const waveforms = Array.from({ length: leads }, () => new Float32Array(samples));
    const others = new Map<number, Neighbour>();
    for (const [r, beat] of beatOf.entries()) {
      if (beat === asked) {
        for (const [lead, waveform] of waveforms.entries())
          for (const [i, x] of rowOf(lead, r).entries()) waveform[i % samples]! += x;
        for (const [i, x] of rhythmOf(r).entries()) rhythm[i]! += x;
        continue;
      }
      const before = others.get(beat) ?? { beat, waveform: 0, rhythm: 0 };
      others.set(beat, {
        beat,
        waveform: before.waveform + total(rowOf(0, r)),
        ...(leads === 2 ? { second: (before.second ?? 0) + total(rowOf(1, r)) } : {}),
        rhythm: before.rhythm + total(rhythmOf(r)),
      });
    }
    const own = beatOf.indexOf(asked);
    const [first, second] = waveforms.map((waveform, lead): LeadExplanation => {
      const at = (lead * rows + own) * steps;
      return { waveform, attention: attention.slice(at, at + steps) };
    });
    return {
      ...first!,
      ...(second && fixed.present[own] ? { second } : {}),
      rhythm,
      neighbours: [...others.values()].sort((a, b) => a.beat - b.beat),
    };
  }

  async #program(wanted: ExplainedWindows): Promise<Program> {
    const key = `${wanted.windows}, ${wanted.leads}, ${wanted.stage}`;
    const program =
      this.#programs.get(key) ?? (await compileSequenceExplanation(this.#device, this.#parts, this.#members, wanted));
    this.#programs.set(key, program);
    return program;
  }

  release(): void {
    for (const program of this.#programs.values()) program.release();
    this.#programs.clear();
    for (const member of this.#members) for (const parameters of Object.values(member)) parameters.release();
  }
}

function total(values: Float32Array): number {
  return values.reduce((sum, x) => sum + x, 0);
}
