import type { Device } from '@ecgpu/engine';
import type { Model, ModelKind } from '../model-file/model-file.js';
import { memberParts } from '../model-file/sequence-model.js';
import type { ClassifierSource } from '../record-classifier.js';
import type { ExplainedBeats } from './baseline.js';
import { BeatExplainer } from './beat-explainer.js';
import type { ExplainOptions, Explanation, Question } from './explanation.js';
import { SequenceExplainer } from './sequence-explainer.js';

/** What every kind of model can do: say why it called beats of one record, given in the order of time, as it did. */
export interface Explainer {
  explain(
    beats: ExplainedBeats,
    questions: readonly Question[],
    options?: ExplainOptions,
    onProgress?: (done: number) => void,
  ): Promise<Explanation[]>;
  /** Frees what it holds on the device. */
  release(): void;
}

const openers: {
  readonly [K in ModelKind]: (device: Device, model: Extract<ClassifierSource, { kind: K }>) => Promise<Explainer>;
} = {
  beat: (device, { values, shape }) => BeatExplainer.create(device, values, shape),
  sequence: async (device, model) => new SequenceExplainer(device, memberParts(model)),
};

/** Makes a model ready to explain its calls on a device. */
export function openExplainer(device: Device, model: ClassifierSource | Model): Promise<Explainer> {
  const open = openers[model.kind] as (device: Device, model: ClassifierSource) => Promise<Explainer>;
  return open(device, model);
}
