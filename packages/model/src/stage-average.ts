import { type OutputRule, ruledLogits } from './output-rule.js';
import type { StageName } from './record-median.js';
import {
  type CallingRule,
  callRecord,
  type SequenceParts,
  type SequencePredictions,
  type StagePredictions,
} from './sequence-inference.js';

/** What averaging some networks of one architecture takes. */
export interface AveragedNetworks {
  /** How many there are. */
  readonly members: number;
  readonly rule: OutputRule;
  readonly calling: CallingRule;
}

/** @param members at least one; their own rules are not used. */
export function averagedNetworks(members: readonly SequenceParts[], rule: OutputRule): AveragedNetworks {
  const { sequence, relative, selfTraining } = members[0]!;
  const calling = { relative: relative?.stage, selfTraining, classes: sequence.shape.classes };
  return { members: members.length, rule, calling };
}

/**
 * What several networks say of a record, averaged: log-probabilities and log-odds of fibrillation, then the output rule once.
 * Each stage's by themselves: together they then have one stage that calls a record, and one head over all of their vectors where they
 * train themselves.
 */
export class StageAverage {
  readonly #networks: AveragedNetworks;
  readonly #sums = new Map<StageName, { readonly logits: Float32Array; readonly fibrillation: Float32Array }>();
  readonly #vectors: Float32Array[] = [];

  constructor(networks: AveragedNetworks) {
    this.#networks = networks;
  }

  /** Counts in what the stages of one network say, before any rule. */
  add({ vectors, ...said }: StagePredictions): void {
    if (vectors) this.#vectors.push(vectors);
    const size = this.#networks.members;
    for (const { stage, logits, fibrillation } of Object.values<SequencePredictions>({ ...said })) {
      const sum = this.#sums.get(stage) ?? {
        logits: new Float32Array(logits.length),
        fibrillation: new Float32Array(fibrillation.length),
      };
      for (const [i, logit] of logits.entries()) sum.logits[i]! += logit / size;
      for (const [beat, odds] of fibrillation.entries()) sum.fibrillation[beat]! += odds / size;
      this.#sums.set(stage, sum);
    }
  }

  /** Of the stage that calls the record, once all networks are counted in. */
  result(): SequencePredictions {
    const relative = this.#ruled('relative');
    const { calling } = this.#networks;
    return callRecord({ plain: this.#ruled('plain')!, ...(relative ? { relative } : {}) }, this.#vectors, calling);
  }

  #ruled(stage: StageName): SequencePredictions | undefined {
    const sum = this.#sums.get(stage);
    if (!sum) return undefined;
    const { calling, rule } = this.#networks;
    const { fibrillation } = sum;
    return { ...ruledLogits(sum.logits, fibrillation, calling.classes, rule), fibrillation, stage };
  }
}
