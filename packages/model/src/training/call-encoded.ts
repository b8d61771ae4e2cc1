import type { Device, ParameterValues } from '@ecgpu/engine';
import type { SequenceNetworkShape } from '../sequence-network.js';
import { SequenceStage } from '../sequence-stage.js';

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
  shape: SequenceNetworkShape,
  networks: readonly ParameterValues[],
  { count, encoded, features }: WholeRecord,
): Promise<Float32Array> {
  const mean = new Float32Array(count * shape.classes);
  for (const values of networks) {
    const stage = await SequenceStage.create(device, values, shape);
    try {
      const { logits } = await stage.classify(count, encoded, features);
      for (const [i, logit] of logits.entries()) mean[i]! += logit / networks.length;
    } finally {
      stage.release();
    }
  }
  return mean;
}
