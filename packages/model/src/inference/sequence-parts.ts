import type { ParameterValues } from '@ecgpu/engine';
import type { OutputRule } from '../logits/output-rule.js';
import type { BeatEncoderShape } from '../network/beat-encoder.js';
import type { SequenceNetworkShape } from '../network/sequence-network.js';
import type { RelativeStage } from '../record/median.js';
import type { SelfTraining } from '../record/self-training.js';

/** What one member of a sequence model is made of: shapes, weights, and the rules around them. */
export interface SequenceParts {
  readonly encoder: { readonly shape: BeatEncoderShape; readonly values: ParameterValues };
  readonly sequence: { readonly shape: SequenceNetworkShape; readonly values: ParameterValues };
  /** A network of the same shape for the records it says. */
  readonly relative?: { readonly stage: RelativeStage; readonly values: ParameterValues };
  /** Of the model: where it has several networks, it is applied to their mean. */
  readonly rule: OutputRule;
  /** Of records that the relative stage calls. */
  readonly selfTraining?: SelfTraining;
}
