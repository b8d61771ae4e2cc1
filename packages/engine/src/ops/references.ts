import { adamwReference } from './adamw/reference.js';
import { attentionPoolGradientReference, attentionPoolReference } from './attention-pool/reference.js';
import {
  batchNormGradientReference,
  batchNormInferenceReference,
  batchNormTrainingReference,
} from './batch-norm/reference.js';
import { binaryReference } from './binary/reference.js';
import { concatReference, sliceReference } from './concat/reference.js';
import { conv1dInputGradientReference, conv1dReference, conv1dWeightGradientReference } from './conv1d/reference.js';
import { dropoutReference } from './dropout/reference.js';
import { fillReference } from './fill/reference.js';
import { gatherGradientReference, gatherReference } from './gather/reference.js';
import { gruRecurrenceGradientReference, gruRecurrenceReference, gruWeightGradientReference } from './gru/reference.js';
import { linearReference, matmulReference } from './matmul/reference.js';
import { movingAverageReference } from './moving-average/reference.js';
import type { OpName } from './op-name.js';
import { packReference } from './pack/reference.js';
import {
  averagePool1dGradientReference,
  averagePool1dReference,
  maxPool1dGradientReference,
  maxPool1dReference,
} from './pool/reference.js';
import { reduceReference } from './reduce/reference.js';
import type { Reference } from './reference.js';
import { reshapeReference } from './reshape/reference.js';
import { scaleReference } from './scale/reference.js';
import { sgdReference } from './sgd/reference.js';
import { softmaxGradientReference, softmaxReference } from './softmax/reference.js';
import {
  softmaxCrossEntropyGradientReference,
  softmaxCrossEntropyReference,
} from './softmax-cross-entropy/reference.js';
import { transposeReference } from './transpose/reference.js';
import { unaryGradientReference, unaryReference } from './unary/reference.js';

export type { Reference } from './reference.js';

/** The f64 meaning of every op. */
export const references = {
  adamw: adamwReference,
  attentionPool: attentionPoolReference,
  attentionPoolGradient: attentionPoolGradientReference,
  averagePool1d: averagePool1dReference,
  averagePool1dGradient: averagePool1dGradientReference,
  batchNormGradient: batchNormGradientReference,
  batchNormInference: batchNormInferenceReference,
  batchNormTraining: batchNormTrainingReference,
  binary: binaryReference,
  concat: concatReference,
  conv1d: conv1dReference,
  conv1dInputGradient: conv1dInputGradientReference,
  conv1dWeightGradient: conv1dWeightGradientReference,
  dropout: dropoutReference,
  fill: fillReference,
  gather: gatherReference,
  gatherGradient: gatherGradientReference,
  gruRecurrence: gruRecurrenceReference,
  gruRecurrenceGradient: gruRecurrenceGradientReference,
  gruWeightGradient: gruWeightGradientReference,
  linear: linearReference,
  matmul: matmulReference,
  maxPool1d: maxPool1dReference,
  maxPool1dGradient: maxPool1dGradientReference,
  movingAverage: movingAverageReference,
  pack: packReference,
  reduce: reduceReference,
  reshape: reshapeReference,
  scale: scaleReference,
  sgd: sgdReference,
  slice: sliceReference,
  softmax: softmaxReference,
  softmaxCrossEntropy: softmaxCrossEntropyReference,
  softmaxCrossEntropyGradient: softmaxCrossEntropyGradientReference,
  softmaxGradient: softmaxGradientReference,
  transpose: transposeReference,
  unary: unaryReference,
  unaryGradient: unaryGradientReference,
} satisfies Record<OpName, Reference>;
