import { type OutputRule, ruledLogits } from '../logits/output-rule.js';
import type { StageName } from '../record/median.js';
import { OutputMean } from './output-mean.js';
import { type CallingRule, callRecord, type SequencePredictions } from './sequence-classifier.js';
import type { SequenceParts } from './sequence-parts.js';
import type { StageOutput } from './sequence-stage.js';
import type { StageOutputs } from './sequence-stages.js';

/** What averaging some networks of one architecture takes. */
export interface AveragedNetworks {
  /** How many there are. */
  readonly members: number;
  readonly rule: OutputRule;
  readonly calling: CallingRule;
}

/** @param members at least one, of one model. */
export function averagedNetworks(members: readonly SequenceParts[]): AveragedNetworks {
  const { sequence, relative, rule, selfTraining } = members[0]!;
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
  readonly #means = new Map<StageName, OutputMean>();
  readonly #vectors: Float32Array[] = [];

  constructor(networks: AveragedNetworks) {
    this.#networks = networks;
  }

  /** Counts in what the stages of one network say, before any rule. */
  add({ vectors, plain, relative }: StageOutputs): void {
    if (vectors) this.#vectors.push(vectors);
    this.#addTo('plain', plain);
    if (relative) this.#addTo('relative', relative);
  }

  #addTo(stage: StageName, output: StageOutput): void {
    const { members, calling } = this.#networks;
    const mean = this.#means.get(stage) ?? new OutputMean(members, output.fibrillation.length, calling.classes);
    mean.add(output);
    this.#means.set(stage, mean);
  }

  /** Of the stage that calls the record, once all networks are counted in. */
  result(): SequencePredictions {
    const relative = this.#ruled('relative');
    const { calling } = this.#networks;
    return callRecord({ plain: this.#ruled('plain')!, ...(relative ? { relative } : {}) }, this.#vectors, calling);
  }

  #ruled(stage: StageName): SequencePredictions | undefined {
    const mean = this.#means.get(stage);
    if (!mean) return undefined;
    const { calling, rule } = this.#networks;
    const { logits, fibrillation } = mean;
    return { ...ruledLogits(logits, fibrillation, calling.classes, rule), fibrillation, stage };
  }
}
