import { attentionPoolGradient } from './attention-pool/gradient.js';
import { batchNormInferenceGradient, batchNormTrainingGradient } from './batch-norm/gradient.js';
import { binaryGradient } from './binary/gradient.js';
import { concatGradient, sliceGradient } from './concat/gradient.js';
import { conv1dGradient } from './conv1d/gradient.js';
import { dropoutGradient } from './dropout/gradient.js';
import { gatherGradient } from './gather/gradient.js';
import type { GradientRule, NotDifferentiable } from './gradient.js';
import { gruRecurrenceGradient } from './gru/gradient.js';
import { linearGradient, matmulGradient } from './matmul/gradient.js';
import type { OpName } from './op-name.js';
import { averagePool1dRule, maxPool1dRule } from './pool/gradient.js';
import { reduceGradient } from './reduce/gradient.js';
import { reshapeGradient } from './reshape/gradient.js';
import { scaleGradient } from './scale/gradient.js';
import { softmaxGradient } from './softmax/gradient.js';
import { softmaxCrossEntropyGradient } from './softmax-cross-entropy/gradient.js';
import { transposeGradient } from './transpose/gradient.js';
import { unaryGradient } from './unary/gradient.js';

const SECOND_DERIVATIVE = { notDifferentiable: 'part of a backward pass; second derivatives are not offered' } as const;

const STATE_UPDATE = { notDifferentiable: 'an update of state; nothing is differentiated through it' } as const;

/** How the loss is differentiated through every op. */
export const gradientRules = {
  adamw: STATE_UPDATE,
  attentionPool: attentionPoolGradient,
  attentionPoolGradient: SECOND_DERIVATIVE,
  averagePool1d: averagePool1dRule,
  averagePool1dGradient: SECOND_DERIVATIVE,
  batchNormGradient: SECOND_DERIVATIVE,
  batchNormInference: batchNormInferenceGradient,
  batchNormTraining: batchNormTrainingGradient,
  binary: binaryGradient,
  concat: concatGradient,
  conv1d: conv1dGradient,
  conv1dInputGradient: SECOND_DERIVATIVE,
  conv1dWeightGradient: SECOND_DERIVATIVE,
  dropout: dropoutGradient,
  fill: { notDifferentiable: 'a constant has no inputs' },
  gather: gatherGradient,
  gatherGradient: SECOND_DERIVATIVE,
  gruRecurrence: gruRecurrenceGradient,
  gruRecurrenceGradient: SECOND_DERIVATIVE,
  gruWeightGradient: SECOND_DERIVATIVE,
  linear: linearGradient,
  matmul: matmulGradient,
  maxPool1d: maxPool1dRule,
  maxPool1dGradient: SECOND_DERIVATIVE,
  movingAverage: STATE_UPDATE,
  pack: { notDifferentiable: 'lays gradients side by side for the optimiser' },
  reduce: reduceGradient,
  reshape: reshapeGradient,
  scale: scaleGradient,
  sgd: STATE_UPDATE,
  slice: sliceGradient,
  softmax: softmaxGradient,
  softmaxCrossEntropy: softmaxCrossEntropyGradient,
  softmaxCrossEntropyGradient: SECOND_DERIVATIVE,
  softmaxGradient: SECOND_DERIVATIVE,
  transpose: transposeGradient,
  unary: unaryGradient,
  unaryGradient: SECOND_DERIVATIVE,
} satisfies Record<OpName, GradientRule | NotDifferentiable>;
