import type { OpName } from '../../../ops/op-name.js';
import type { WasmRule } from '../lowering.js';
import { attentionPoolGradientRule, attentionPoolRule } from './attention-pool.js';
import { batchNormGradientRule, batchNormInferenceRule, batchNormTrainingRule } from './batch-norm.js';
import { binaryRule } from './binary.js';
import { conv1dInputGradientRule, conv1dRule, conv1dWeightGradientRule } from './conv1d.js';
import { dropoutRule } from './dropout.js';
import { fillRule, packRule, scaleRule, unaryGradientRule, unaryRule } from './elementwise.js';
import { gruRecurrenceGradientRule, gruRecurrenceRule, gruWeightGradientRule } from './gru.js';
import { linearRule, matmulRule } from './matmul.js';
import { adamwRule, movingAverageRule, sgdRule } from './optimiser.js';
import { averagePoolGradientRule, averagePoolRule, maxPoolGradientRule, maxPoolRule } from './pool.js';
import { reduceRule } from './reduce.js';
import { concatRule, gatherGradientRule, gatherRule, sliceRule } from './rows.js';
import {
  softmaxCrossEntropyGradientRule,
  softmaxCrossEntropyRule,
  softmaxGradientRule,
  softmaxRule,
} from './softmax.js';
import { transposeRule } from './transpose.js';

/** The ops that have kernels here; the others run their reference. */
export const wasmRules: Partial<Record<OpName, WasmRule>> = {
  adamw: adamwRule,
  attentionPool: attentionPoolRule,
  attentionPoolGradient: attentionPoolGradientRule,
  averagePool1d: averagePoolRule,
  averagePool1dGradient: averagePoolGradientRule,
  batchNormGradient: batchNormGradientRule,
  batchNormInference: batchNormInferenceRule,
  batchNormTraining: batchNormTrainingRule,
  binary: binaryRule,
  concat: concatRule,
  conv1d: conv1dRule,
  conv1dInputGradient: conv1dInputGradientRule,
  conv1dWeightGradient: conv1dWeightGradientRule,
  dropout: dropoutRule,
  fill: fillRule,
  gather: gatherRule,
  gatherGradient: gatherGradientRule,
  gruRecurrence: gruRecurrenceRule,
  gruRecurrenceGradient: gruRecurrenceGradientRule,
  gruWeightGradient: gruWeightGradientRule,
  linear: linearRule,
  matmul: matmulRule,
  maxPool1d: maxPoolRule,
  maxPool1dGradient: maxPoolGradientRule,
  movingAverage: movingAverageRule,
  pack: packRule,
  reduce: reduceRule,
  scale: scaleRule,
  sgd: sgdRule,
  slice: sliceRule,
  softmax: softmaxRule,
  softmaxCrossEntropy: softmaxCrossEntropyRule,
  softmaxCrossEntropyGradient: softmaxCrossEntropyGradientRule,
  softmaxGradient: softmaxGradientRule,
  transpose: transposeRule,
  unary: unaryRule,
  unaryGradient: unaryGradientRule,
};
