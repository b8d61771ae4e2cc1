import type { BeatInputs } from '../inference/beat-classifier.js';
import type { SequenceModel } from '../model-file/sequence-model.js';
import { leadCount } from '../preprocess/contract.js';

/** An input of an exported model. */
export interface OnnxFeed {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** What the ONNX file of a sequence model takes of a record, by the inputs' names. */
export function recordFeeds(
  { contract, encoder, shape }: Pick<SequenceModel, 'contract' | 'encoder' | 'shape'>,
  { count, windows, features, second }: BeatInputs,
): Readonly<Record<string, OnnxFeed>> {
  const ofLead = (data: Float32Array) => ({ data, dims: [count, encoder.channels, encoder.samples] });
  const alone = { window: ofLead(windows), rhythm: { data: features, dims: [count, shape.features] } };
  if (leadCount(contract) === 1) return alone;
  const present = second ? Float32Array.from(second.present) : new Float32Array(count);
  return {
    ...alone,
    second: ofLead(second?.windows ?? new Float32Array(windows.length)),
    present: { data: present, dims: [count, 1] },
  };
}
