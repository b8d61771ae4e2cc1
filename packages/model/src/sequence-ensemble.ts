import type { Device } from '@ecgpu/engine';
import type { BeatInputs } from './inference.js';
import { NO_RULE, type OutputRule, ruledLogits } from './output-rule.js';
import type { StageName } from './record-median.js';
import {
  type CallingRule,
  callRecord,
  SequenceClassifier,
  type SequenceParts,
  type SequencePredictions,
} from './sequence-inference.js';

/**
 * Several trained networks of one architecture as one classifier: their log-probabilities and their log-odds of fibrillation
 * are averaged, then the output rule is applied once. Each stage's by themselves: together they then have one stage that calls a record,
 * and one head over all of their vectors where they train themselves.
 */
export class SequenceEnsemble {
  readonly #members: readonly SequenceClassifier[];
  readonly #rule: OutputRule;
  readonly #calling: CallingRule;

  private constructor(
    members: readonly SequenceClassifier[],
    rule: OutputRule,
    { sequence, relative, selfTraining }: SequenceParts,
  ) {
    this.#members = members;
    this.#rule = rule;
    this.#calling = { relative: relative?.stage, selfTraining, classes: sequence.shape.classes };
  }

  /** @param members at least one; their own rules are not used. */
  static async create(device: Device, members: readonly SequenceParts[], rule: OutputRule): Promise<SequenceEnsemble> {
    const classifiers: SequenceClassifier[] = [];
    for (const member of members)
      classifiers.push(await SequenceClassifier.create(device, { ...member, rule: NO_RULE }));
    return new SequenceEnsemble(classifiers, rule, members[0]!);
  }

  /** Beats of one record, in the order of time. */
  async predict(beats: BeatInputs, onProgress?: (done: number, total: number) => void): Promise<SequencePredictions> {
    const size = this.#members.length;
    const sums = new Map<StageName, { readonly logits: Float32Array; readonly fibrillation: Float32Array }>();
    const vectors: Float32Array[] = [];
    for (const [index, member] of this.#members.entries()) {
      const { vectors: seen, ...own } = await member.predictByStages(beats, (done, total) =>
        onProgress?.(index * total + done, size * total),
      );
      if (seen) vectors.push(seen);
      for (const { stage, logits, fibrillation } of Object.values<SequencePredictions>({ ...own })) {
        const sum = sums.get(stage) ?? {
          logits: new Float32Array(logits.length),
          fibrillation: new Float32Array(fibrillation.length),
        };
        for (const [i, logit] of logits.entries()) sum.logits[i]! += logit / size;
        for (const [beat, odds] of fibrillation.entries()) sum.fibrillation[beat]! += odds / size;
        sums.set(stage, sum);
      }
    }
    const ruled = (stage: StageName): SequencePredictions | undefined => {
      const sum = sums.get(stage);
      if (!sum) return undefined;
      const { fibrillation } = sum;
      return { ...ruledLogits(sum.logits, fibrillation, this.#calling.classes, this.#rule), fibrillation, stage };
    };
    const relative = ruled('relative');
    return callRecord({ plain: ruled('plain')!, ...(relative ? { relative } : {}) }, vectors, this.#calling);
  }

  release(): void {
    for (const member of this.#members) member.release();
  }
}
