import type { BeatEncoderShape } from '../network/beat-encoder.js';
import type { SequenceNetworkShape } from '../network/sequence-network.js';
import { leadCount } from '../preprocess/contract.js';
import type { Model } from './model-file.js';

/** Kernel widths of the four convolutions and by how much the signal was halved before each. */
const CONVOLUTIONS = [
  { kernel: 7, halved: 1 },
  { kernel: 5, halved: 2 },
  { kernel: 3, halved: 4 },
  { kernel: 3, halved: 4 },
] as const;
/** Windows that hold a beat: they overlap by half. */
const WINDOWS = 2;

/**
 * Floating-point operations to classify one beat: multiply and add as two, products of weights only. Of a sequence model of two leads, a
 * beat of a whole record: with one lead or in a stream they are fewer.
 */
export function operationsPerBeat(model: Model): number {
  if (model.kind === 'beat') {
    const { hidden, features, dense, classes } = model.shape;
    return encoderOperations(model.shape) + 2 * ((2 * hidden + features) * dense + dense * classes);
  }
  const { encoder, shape, contract, members, relative } = model;
  // Where the relative stage calls, the plain one has been asked whether it may.
  const stages = relative ? 2 : 1;
  return members * (leadCount(contract) * encoderOperations(encoder) + stages * WINDOWS * sequenceOperations(shape));
}

function encoderOperations({ channels, samples, filters, hidden, attention }: BeatEncoderShape): number {
  const inputs = [channels, ...filters];
  const convolutions = CONVOLUTIONS.map(
    ({ kernel, halved }, i) => filters[i]! * inputs[i]! * kernel * (samples / halved),
  );
  const steps = samples / 8;
  const attended = (2 * hidden * attention + attention + 2 * hidden) * steps;
  return 2 * (convolutions.reduce((sum, count) => sum + count, 0) + recurrence(filters[3], hidden) * steps + attended);
}

/** Of one beat in one window. */
function sequenceOperations(shape: SequenceNetworkShape): number {
  const { encoding, features, rhythm, dense, hidden, classes } = shape;
  const products =
    features * rhythm +
    recurrence(rhythm, rhythm) +
    2 * rhythm +
    (encoding + features + 2 * rhythm) * dense +
    recurrence(dense, hidden) +
    (dense + 2 * hidden) * dense +
    dense * classes;
  return 2 * products;
}

/** Products of one step of a GRU in both directions. */
function recurrence(input: number, hidden: number): number {
  return 2 * 3 * hidden * (input + hidden);
}
