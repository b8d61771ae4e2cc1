import { fusionCheckFor, leadCount, SELF_TRAINING, withoutFusionCheck } from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import { Option } from 'commander';
import { UsageError } from '../usage-error.js';

type Choice = 'on' | 'off';
type SequenceModel = Extract<LoadedModel, { kind: 'sequence' }>;

/** What a sequence model does, beside asking its networks, where it calls a whole record. */
export interface RecordSteps {
  readonly selfTraining?: Choice;
  readonly fusionCheck?: Choice;
}

interface Step {
  readonly flag: string;
  readonly on: string;
  /** The model with the step; undefined where it cannot have it. */
  add(model: SequenceModel): SequenceModel | undefined;
  remove(model: SequenceModel): SequenceModel;
  /** What a model has not that cannot have the step, and what to give instead. */
  readonly lacking: string;
  readonly fix: string;
}

const STEPS: Readonly<Record<keyof RecordSteps, Step>> = {
  selfTraining: {
    flag: '--self-training',
    on: 'learn from the sure calls of a whole record of two leads what its classes look like',
    add: (model) =>
      model.relative !== undefined && leadCount(model.contract) === 2
        ? { ...model, selfTraining: model.selfTraining ?? SELF_TRAINING }
        : undefined,
    remove: ({ selfTraining: _, ...model }) => model,
    lacking: 'has no stage for whole records of two leads, which alone train themselves',
    fix: 'give a sequence model of two leads and two stages, and show it both',
  },
  fusionCheck: {
    flag: '--fusion-check',
    on: "check a sequence model's calls of F in whole records against the record's own N and V beats",
    add: (model) => {
      const fusion = model.patient ? undefined : (model.fusion ?? fusionCheckFor(model.contract));
      return fusion && { ...model, fusion };
    },
    remove: withoutFusionCheck,
    lacking: 'is no model whose calls of fusion beats can be checked',
    fix: 'give a sequence model of N, V and F that is not of a patient',
  },
};

/** `--self-training`, `--fusion-check`: whether the step is taken. */
export function recordStepOption(step: keyof RecordSteps): Option {
  const { flag, on } = STEPS[step];
  return new Option(`${flag} <choice>`, `on: ${on}; off: do not (default: as the model file says)`)
    .choices(['on', 'off'])
    .conflicts('causal');
}

/**
 * The model with the steps as they were asked for. None of a model that has none is what it does anyway.
 *
 * @throws UsageError where a step is asked of a model that cannot take it.
 */
export function withRecordSteps(model: LoadedModel, choices: RecordSteps): LoadedModel {
  let asked = model;
  for (const [name, step] of Object.entries(STEPS) as [keyof RecordSteps, Step][]) {
    const choice = choices[name];
    if (choice === undefined || (asked.kind === 'beat' && choice === 'off')) continue;
    const changed: LoadedModel | undefined =
      asked.kind === 'beat' ? undefined : choice === 'on' ? step.add(asked) : step.remove(asked);
    if (!changed) throw new UsageError(`${model.name} ${step.lacking}`, `Leave out ${step.flag}, or ${step.fix}.`);
    asked = changed;
  }
  return asked;
}

/** The steps that a model takes, for a document about what it has called. */
export function recordStepsOf(model: LoadedModel) {
  if (model.kind === 'beat') return {};
  const { selfTraining, fusion } = model;
  return { ...(selfTraining ? { selfTraining } : {}), ...(fusion ? { fusion } : {}) };
}
