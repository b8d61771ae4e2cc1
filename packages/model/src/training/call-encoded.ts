import type { Device, ParameterValues } from '@ecgpu/engine';
import { OutputMean } from '../inference/output-mean.js';
import { SequenceStage, type StageOutput } from '../inference/sequence-stage.js';
import type { SequenceNetworkShape } from '../network/sequence-network.js';

/** A network over encoded beats, and what it sees of a record: [beats, length of a vector]. */
export interface NetworkOverVectors {
  readonly values: ParameterValues;
  readonly encoded: Float32Array;
}

/**
 * Classifies the beats of a record, in time order, by several networks, one after another.
 *
 * @param features [count, rhythm features].
 * @returns the mean of what they say.
 */
export async function callEncoded(
  device: Device,
  shape: SequenceNetworkShape,
  networks: readonly NetworkOverVectors[],
  count: number,
  features: Float32Array,
): Promise<StageOutput> {
  const mean = new OutputMean(networks.length, count, shape.classes);
  for (const { values, encoded } of networks) {
    const stage = await SequenceStage.create(device, values, shape);
    try {
      mean.add(await stage.classify(count, encoded, features));
    } finally {
      stage.release();
    }
  }
  return mean;
}
