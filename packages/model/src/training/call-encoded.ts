import type { Device, ParameterValues } from '@ecgpu/engine';
import { NO_RULE } from '../output-rule.js';
import { SequenceClassifier, type SequenceParts } from '../sequence-inference.js';
import type { SequenceNetworkShape } from '../sequence-network.js';

/** All beats of one record, in time order. */
export interface WholeRecord {
  readonly count: number;
  /** [count, length of a vector]. */
  readonly encoded: Float32Array;
  /** [count, rhythm features]. */
  readonly features: Float32Array;
}

/**
 * Classifies the beats of a record by several networks over one encoder's vectors.
 *
 * @returns [count, classes]: the mean of the networks' log-probabilities; where there are several they do not sum to 1.
 */
export async function callEncoded(
  device: Device,
  encoder: SequenceParts['encoder'],
  shape: SequenceNetworkShape,
  networks: readonly ParameterValues[],
  { count, encoded, features }: WholeRecord,
): Promise<Float32Array> {
  const mean = new Float32Array(count * shape.classes);
  for (const values of networks) {
    const classifier = await SequenceClassifier.create(device, { encoder, sequence: { shape, values }, rule: NO_RULE });
    try {
      const { logits } = await classifier.classify(count, encoded, features);
      for (const [i, logit] of logits.entries()) mean[i]! += logit / networks.length;
    } finally {
      classifier.release();
    }
  }
  return mean;
}
