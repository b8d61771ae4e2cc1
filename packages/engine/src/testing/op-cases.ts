import { adamwCases } from '../ops/adamw/cases.js';
import { attentionPoolCases, attentionPoolGradientCases } from '../ops/attention-pool/cases.js';
import { batchNormGradientCases, batchNormInferenceCases, batchNormTrainingCases } from '../ops/batch-norm/cases.js';
import { binaryCases } from '../ops/binary/cases.js';
import { concatCases, sliceCases } from '../ops/concat/cases.js';
import { conv1dCases, conv1dInputGradientCases, conv1dWeightGradientCases } from '../ops/conv1d/cases.js';
import { epilogueCases } from '../ops/conv1d/epilogue-cases.js';
import { dropoutCases } from '../ops/dropout/cases.js';
import { fillCases } from '../ops/fill/cases.js';
import { gatherCases, gatherGradientCases } from '../ops/gather/cases.js';
import { gruRecurrenceCases, gruRecurrenceGradientCases, gruWeightGradientCases } from '../ops/gru/cases.js';
import { linearCases, matmulCases } from '../ops/matmul/cases.js';
import { movingAverageCases } from '../ops/moving-average/cases.js';
import type { OpName } from '../ops/op-name.js';
import { packCases } from '../ops/pack/cases.js';
import {
  averagePool1dCases,
  averagePool1dGradientCases,
  maxPool1dCases,
  maxPool1dGradientCases,
} from '../ops/pool/cases.js';
import { reduceCases } from '../ops/reduce/cases.js';
import { reshapeCases } from '../ops/reshape/cases.js';
import { scaleCases } from '../ops/scale/cases.js';
import { sgdCases } from '../ops/sgd/cases.js';
import { softmaxCases, softmaxGradientCases } from '../ops/softmax/cases.js';
import { softmaxCrossEntropyCases, softmaxCrossEntropyGradientCases } from '../ops/softmax-cross-entropy/cases.js';
import { transposeCases } from '../ops/transpose/cases.js';
import { unaryCases, unaryGradientCases } from '../ops/unary/cases.js';
import type { OpCase } from './op-case.js';

/** What every op is checked with, on every device. An op without cases does not compile. */
export const opCases = {
  adamw: adamwCases,
  attentionPool: attentionPoolCases,
  attentionPoolGradient: attentionPoolGradientCases,
  averagePool1d: averagePool1dCases,
  averagePool1dGradient: averagePool1dGradientCases,
  batchNormGradient: batchNormGradientCases,
  batchNormInference: batchNormInferenceCases,
  batchNormTraining: batchNormTrainingCases,
  binary: binaryCases,
  concat: concatCases,
  conv1d: [...conv1dCases, ...epilogueCases],
  conv1dInputGradient: conv1dInputGradientCases,
  conv1dWeightGradient: conv1dWeightGradientCases,
  dropout: dropoutCases,
  fill: fillCases,
  gather: gatherCases,
  gatherGradient: gatherGradientCases,
  gruRecurrence: gruRecurrenceCases,
  gruRecurrenceGradient: gruRecurrenceGradientCases,
  gruWeightGradient: gruWeightGradientCases,
  linear: linearCases,
  matmul: matmulCases,
  maxPool1d: maxPool1dCases,
  maxPool1dGradient: maxPool1dGradientCases,
  movingAverage: movingAverageCases,
  pack: packCases,
  reduce: reduceCases,
  reshape: reshapeCases,
  scale: scaleCases,
  sgd: sgdCases,
  slice: sliceCases,
  softmax: softmaxCases,
  softmaxCrossEntropy: softmaxCrossEntropyCases,
  softmaxCrossEntropyGradient: softmaxCrossEntropyGradientCases,
  softmaxGradient: softmaxGradientCases,
  transpose: transposeCases,
  unary: unaryCases,
  unaryGradient: unaryGradientCases,
} satisfies Record<OpName, readonly OpCase[]>;
