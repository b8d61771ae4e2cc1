import { activate } from '../activation/activation.js';
import { activationDerivative } from '../activation/derivative.js';
import { type ReferenceArray, reference } from '../reference.js';
import type { BatchNormInferenceAttributes, BatchNormTrainingAttributes } from './batch-norm.js';
import { type BatchNormExtent, batchNormExtent } from './extent.js';
import type { BatchNormGradientAttributes } from './gradient.js';

/** Runs `visit` with the index of every value of a channel. */
function eachValue({ batch, channels, length }: BatchNormExtent, channel: number, visit: (i: number) => void): void {
  for (let b = 0; b < batch; b++) {
    const row = (b * channels + channel) * length;
    for (let i = row; i < row + length; i++) visit(i);
  }
}

function normalise(
  [x, weight, bias]: readonly ReferenceArray[],
  y: ReferenceArray,
  extent: BatchNormExtent,
  { activation }: BatchNormInferenceAttributes,
  { channel, mean, inverseDeviation }: { channel: number; mean: number; inverseDeviation: number },
): void {
  const factor = inverseDeviation * weight![channel]!;
  const shift = bias![channel]!;
  eachValue(extent, channel, (i) => {
    y[i] = activate(activation, (x![i]! - mean) * factor + shift);
  });
}

/** Ioffe & Szegedy 2015, algorithm 1; running statistics as PyTorch's BatchNorm1d. */
export const batchNormTrainingReference = reference<BatchNormTrainingAttributes>(
  ({ inputs, outputs, inputTypes, attributes }) => {
    const { epsilon, momentum } = attributes;
    const x = inputs[0]!;
    const [y, means, inverseDeviations, runningMean, runningVariance] = outputs as ReferenceArray[];
    const extent = batchNormExtent('batchNorm', inputTypes[0]!);
    for (let channel = 0; channel < extent.channels; channel++) {
      let sum = 0;
      eachValue(extent, channel, (i) => {
        sum += x[i]!;
      });
      const mean = sum / extent.count;
      let squares = 0;
      eachValue(extent, channel, (i) => {
        squares += (x[i]! - mean) ** 2;
      });
      const inverseDeviation = 1 / Math.sqrt(squares / extent.count + epsilon);
      means![channel] = mean;
      inverseDeviations![channel] = inverseDeviation;
      runningMean![channel] = (1 - momentum) * runningMean![channel]! + momentum * mean;
      runningVariance![channel] =
        (1 - momentum) * runningVariance![channel]! + (momentum * squares) / (extent.count - 1);
      normalise(inputs, y!, extent, attributes, { channel, mean, inverseDeviation });
    }
  },
);

/** Ioffe & Szegedy 2015, algorithm 2, step 11: the running statistics in the batch's place. */
export const batchNormInferenceReference = reference<BatchNormInferenceAttributes>(
  ({ inputs, outputs, inputTypes, attributes }) => {
    const extent = batchNormExtent('batchNorm', inputTypes[0]!);
    const [means, variances] = [inputs[3]!, inputs[4]!];
    for (let channel = 0; channel < extent.channels; channel++) {
      const inverseDeviation = 1 / Math.sqrt(variances[channel]! + attributes.epsilon);
      normalise(inputs, outputs[0]!, extent, attributes, { channel, mean: means[channel]!, inverseDeviation });
    }
  },
);

/** The formulas of `batchNormGradientOp`; Ioffe & Szegedy 2015, section 3, simplified. */
export const batchNormGradientReference = reference<BatchNormGradientAttributes>(
  ({ inputs, outputs, inputTypes, attributes: { training, epsilon, activation } }) => {
    const [dy, x, y, weight, means, spreads] = inputs as ReferenceArray[];
    const [dx, dweight, dbias] = outputs as ReferenceArray[];
    const extent = batchNormExtent('batchNormGradient', inputTypes[1]!);
    for (let channel = 0; channel < extent.channels; channel++) {
      const mean = means![channel]!;
      const spread = spreads![channel]!;
      const inverseDeviation = training ? spread : 1 / Math.sqrt(spread + epsilon);
      let sum = 0;
      let along = 0;
      eachValue(extent, channel, (i) => {
        const dz = dy![i]! * activationDerivative(activation, y![i]!);
        dx![i] = dz;
        sum += dz;
        along += dz * (x![i]! - mean) * inverseDeviation;
      });
      dbias![channel] = sum;
      dweight![channel] = along;
      const factor = weight![channel]! * inverseDeviation;
      const [meanOfDz, slope] = training ? [sum / extent.count, (along * inverseDeviation) / extent.count] : [0, 0];
      eachValue(extent, channel, (i) => {
        dx![i] = factor * (training ? dx![i]! - meanOfDz - (x![i]! - mean) * slope : dx![i]!);
      });
    }
  },
);
