import { adamwOp } from './adamw/adamw.js';
import { attentionPoolOp } from './attention-pool/attention-pool.js';
import { attentionPoolGradientOp } from './attention-pool/gradient.js';
import { batchNormInferenceOp, batchNormTrainingOp } from './batch-norm/batch-norm.js';
import { batchNormGradientOp } from './batch-norm/gradient.js';
import { binaryOp } from './binary/binary.js';
import { concatOp } from './concat/concat.js';
import { sliceOp } from './concat/slice.js';
import { conv1dOp } from './conv1d/conv1d.js';
import { conv1dInputGradientOp, conv1dWeightGradientOp } from './conv1d/gradient.js';
import { dropoutOp } from './dropout/dropout.js';
import { fillOp } from './fill/fill.js';
import { gatherOp } from './gather/gather.js';
import { gatherGradientOp } from './gather/gradient.js';
import { gruRecurrenceOp } from './gru/recurrence.js';
import { gruRecurrenceGradientOp } from './gru/recurrence-gradient.js';
import { gruWeightGradientOp } from './gru/weight-gradient.js';
import { linearOp } from './matmul/linear.js';
import { matmulOp } from './matmul/matmul.js';
import { movingAverageOp } from './moving-average/moving-average.js';
import { packOp } from './pack/pack.js';
import { averagePool1dGradientOp, maxPool1dGradientOp } from './pool/gradient.js';
import { averagePool1dOp, maxPool1dOp } from './pool/pool.js';
import { reduceOp } from './reduce/reduce.js';
import { reshapeOp } from './reshape/reshape.js';
import { scaleOp } from './scale/scale.js';
import { sgdOp } from './sgd/sgd.js';
import { softmaxGradientOp } from './softmax/gradient.js';
import { softmaxOp } from './softmax/softmax.js';
import { softmaxCrossEntropyGradientOp } from './softmax-cross-entropy/gradient.js';
import { softmaxCrossEntropyOp } from './softmax-cross-entropy/softmax-cross-entropy.js';
import { transposeOp } from './transpose/transpose.js';
import { unaryGradientOp } from './unary/gradient.js';
import { unaryOp } from './unary/unary.js';

/**
 * The one table of ops. Each also needs an entry in `gradients.ts`, `references.ts` and `testing/op-cases.ts`:
 * those tables are typed by this one, so an op that is not differentiated, not defined or not checked does not compile.
 */
export const operations = {
  adamw: adamwOp,
  attentionPool: attentionPoolOp,
  attentionPoolGradient: attentionPoolGradientOp,
  averagePool1d: averagePool1dOp,
  averagePool1dGradient: averagePool1dGradientOp,
  batchNormGradient: batchNormGradientOp,
  batchNormInference: batchNormInferenceOp,
  batchNormTraining: batchNormTrainingOp,
  binary: binaryOp,
  concat: concatOp,
  conv1d: conv1dOp,
  conv1dInputGradient: conv1dInputGradientOp,
  conv1dWeightGradient: conv1dWeightGradientOp,
  dropout: dropoutOp,
  fill: fillOp,
  gather: gatherOp,
  gatherGradient: gatherGradientOp,
  gruRecurrence: gruRecurrenceOp,
  gruRecurrenceGradient: gruRecurrenceGradientOp,
  gruWeightGradient: gruWeightGradientOp,
  linear: linearOp,
  matmul: matmulOp,
  maxPool1d: maxPool1dOp,
  maxPool1dGradient: maxPool1dGradientOp,
  movingAverage: movingAverageOp,
  pack: packOp,
  reduce: reduceOp,
  reshape: reshapeOp,
  scale: scaleOp,
  sgd: sgdOp,
  slice: sliceOp,
  softmax: softmaxOp,
  softmaxCrossEntropy: softmaxCrossEntropyOp,
  softmaxCrossEntropyGradient: softmaxCrossEntropyGradientOp,
  softmaxGradient: softmaxGradientOp,
  transpose: transposeOp,
  unary: unaryOp,
  unaryGradient: unaryGradientOp,
} as const;
