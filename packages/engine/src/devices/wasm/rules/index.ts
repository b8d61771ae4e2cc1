import type { OpName } from '../../../ops/op-name.js';
import type { WasmRule } from '../lowering.js';
import { binaryRule } from './binary.js';
import { conv1dInputGradientRule, conv1dRule, conv1dWeightGradientRule } from './conv1d.js';
import { fillRule, packRule, scaleRule, unaryGradientRule, unaryRule } from './elementwise.js';
import { linearRule, matmulRule } from './matmul.js';
import { reduceRule } from './reduce.js';
import { transposeRule } from './transpose.js';

/** The ops that have kernels here; the others run their reference. */
export const wasmRules: Partial<Record<OpName, WasmRule>> = {
  binary: binaryRule,
  conv1d: conv1dRule,
  conv1dInputGradient: conv1dInputGradientRule,
  conv1dWeightGradient: conv1dWeightGradientRule,
  fill: fillRule,
  linear: linearRule,
  matmul: matmulRule,
  pack: packRule,
  reduce: reduceRule,
  scale: scaleRule,
  transpose: transposeRule,
  unary: unaryRule,
  unaryGradient: unaryGradientRule,
};
