import type { OpName } from '../../../ops/op-name.js';
import type { WasmRule } from '../lowering.js';
import { batchNormGradientRule, batchNormInferenceRule, batchNormTrainingRule } from './batch-norm.js';
import { binaryRule } from './binary.js';
import { conv1dInputGradientRule, conv1dRule, conv1dWeightGradientRule } from './conv1d.js';
import { fillRule, packRule, scaleRule, unaryGradientRule, unaryRule } from './elementwise.js';
import { gruRecurrenceGradientRule, gruRecurrenceRule, gruWeightGradientRule } from './gru.js';
import { linearRule, matmulRule } from './matmul.js';
import { averagePoolGradientRule, averagePoolRule, maxPoolGradientRule, maxPoolRule } from './pool.js';
import { reduceRule } from './reduce.js';
import { transposeRule } from './transpose.js';

/** The ops that have kernels here; the others run their reference. */
export const wasmRules: Partial<Record<OpName, WasmRule>> = {
  averagePool1d: averagePoolRule,
  averagePool1dGradient: averagePoolGradientRule,
  batchNormGradient: batchNormGradientRule,
  batchNormInference: batchNormInferenceRule,
  batchNormTraining: batchNormTrainingRule,
  binary: binaryRule,
  conv1d: conv1dRule,
  conv1dInputGradient: conv1dInputGradientRule,
  conv1dWeightGradient: conv1dWeightGradientRule,
  fill: fillRule,
  gruRecurrence: gruRecurrenceRule,
  gruRecurrenceGradient: gruRecurrenceGradientRule,
  gruWeightGradient: gruWeightGradientRule,
  linear: linearRule,
  matmul: matmulRule,
  maxPool1d: maxPoolRule,
  maxPool1dGradient: maxPoolGradientRule,
  pack: packRule,
  reduce: reduceRule,
  scale: scaleRule,
  transpose: transposeRule,
  unary: unaryRule,
  unaryGradient: unaryGradientRule,
};
