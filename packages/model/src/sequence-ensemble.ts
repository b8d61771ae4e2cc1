import type { Device } from '@ecgpu/engine';
import type { BeatInputs } from './inference.js';
import { NO_RULE, type OutputRule, ruledLogits } from './output-rule.js';
import type { StageName } from './record-median.js';
import { SequenceClassifier, type SequenceParts, type SequencePredictions } from './sequence-inference.js';

/**
 * Several trained networks of one architecture as one classifier: their log-probabilities and their log-odds of fibrillation
 * are averaged, then the output rule is applied once.
 */
export class SequenceEnsemble {
  readonly #members: readonly SequenceClassifier[];
  readonly #rule: OutputRule;
  readonly #classes: number;

  private constructor(members: readonly SequenceClassifier[], rule: OutputRule, classes: number) {
    this.#members = members;
    this.#rule = rule;
    this.#classes = classes;
  }

  /** @param members at least one; their own rules are not used. */
  static async create(device: Device, members: readonly SequenceParts[], rule: OutputRule): Promise<SequenceEnsemble> {
    const classifiers: SequenceClassifier[] = [];
    for (const member of members)
      classifiers.push(await SequenceClassifier.create(device, { ...member, rule: NO_RULE }));
    return new SequenceEnsemble(classifiers, rule, members[0]!.sequence.shape.classes);
  }

  /** Beats of one record, in the order of time. */
  async predict(beats: BeatInputs, onProgress?: (done: number, total: number) => void): Promise<SequencePredictions> {
    const size = this.#members.length;
    const logits = new Float32Array(beats.count * this.#classes);
    const fibrillation = new Float32Array(beats.count);
    // Which stage is asked depends on the record alone.
    let stage: StageName = 'plain';
    for (const [index, member] of this.#members.entries()) {
      const own = await member.predict(beats, (done, total) => onProgress?.(index * total + done, size * total));
      stage = own.stage;
      for (const [i, logit] of own.logits.entries()) logits[i]! += logit / size;
      for (const [beat, odds] of own.fibrillation.entries()) fibrillation[beat]! += odds / size;
    }
    return { ...ruledLogits(logits, fibrillation, this.#classes, this.#rule), fibrillation, stage };
  }

  release(): void {
    for (const member of this.#members) member.release();
  }
}
