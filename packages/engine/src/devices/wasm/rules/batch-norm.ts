import { ACTIVATION_CODES } from '../../../ops/activation/activation.js';
import type { BatchNormInferenceAttributes, BatchNormTrainingAttributes } from '../../../ops/batch-norm/batch-norm.js';
import { batchNormExtent } from '../../../ops/batch-norm/extent.js';
import type { BatchNormGradientAttributes } from '../../../ops/batch-norm/gradient.js';
import type { PooledGradient } from '../fuse.js';
import { tooSmallToShare, wasmRule } from '../lowering.js';

/** Elements of f64 totals of channels, which are made four at a time. */
const totalsOf = (channels: number) => 2 * Math.ceil(channels / 4) * 4;

export const batchNormTrainingRule = wasmRule<BatchNormTrainingAttributes>(
  ({ inputs, attributes, input, output, scratch }) => {
    const { batch, channels, length, count } = batchNormExtent('batchNorm', inputs[0]!);
    const { epsilon, momentum, activation } = attributes;
    const rows = batch * channels;
    const solo = tooSmallToShare(count * channels);
    const [x, weight, bias] = [input(0), input(1), input(2)];
    const [y, mean, spread, runningMean, runningVariance] = [output(0), output(1), output(2), output(3), output(4)];
    const rowSums = scratch(rows);
    const totals = scratch(totalsOf(channels));
    return [
      { kernel: 'batchNormSums', parameters: [x, rowSums, rows, length], solo, flops: count * channels },
      { kernel: 'batchNormMeans', parameters: [rowSums, totals, mean, batch, channels, length], solo },
      {
        kernel: 'batchNormSquares',
        parameters: [x, mean, rowSums, rows, channels, length],
        solo,
        flops: 3 * count * channels,
      },
      {
        kernel: 'batchNormSpreads',
        parameters: [
          ...[rowSums, totals, mean, spread, runningMean, runningVariance],
          ...[batch, channels, length, { f32: epsilon }, { f32: momentum }],
        ],
        solo,
      },
      {
        kernel: 'batchNorm',
        parameters: [
          ...[x, weight, bias, y, mean, spread],
          ...[rows, channels, length, { f32: epsilon }, ACTIVATION_CODES[activation], 1],
        ],
        solo,
        flops: 4 * count * channels,
      },
    ];
  },
);

export const batchNormInferenceRule = wasmRule<BatchNormInferenceAttributes>(
  ({ inputs, attributes, input, output }) => {
    const { batch, channels, length, count } = batchNormExtent('batchNorm', inputs[0]!);
    const { epsilon, activation } = attributes;
    return [
      {
        kernel: 'batchNorm',
        parameters: [
          ...[input(0), input(1), input(2), output(0), input(3), input(4)],
          ...[batch * channels, channels, length, { f32: epsilon }, ACTIVATION_CODES[activation], 0],
        ],
        solo: tooSmallToShare(count * channels),
        flops: 4 * count * channels,
      },
    ];
  },
);

export const batchNormGradientRule = wasmRule<BatchNormGradientAttributes & PooledGradient>(
  ({ inputs, attributes, input, output, scratch }) => {
    const { batch, channels, length, count } = batchNormExtent('batchNorm', inputs[1]!);
    const { epsilon, activation, training, pooled } = attributes;
    const [dy, x, y, weight, mean, spread] = [input(0), input(1), input(2), input(3), input(4), input(5)];
    const [dx, dweight, dbias] = [output(0), output(1), output(2)];
    const rows = batch * channels;
    const solo = tooSmallToShare(count * channels);
    const [rowSums, rowProducts] = [scratch(rows), scratch(rows)];
    const [sums, products] = [scratch(totalsOf(channels)), scratch(totalsOf(channels))];
    return [
      {
        kernel: pooled ? 'batchNormPoolSlopes' : 'batchNormSlopes',
        parameters: [
          ...[dy, x, y, mean, dx, rowSums, rowProducts, rows, channels, length],
          ACTIVATION_CODES[activation],
        ],
        solo,
        flops: 4 * count * channels,
      },
      {
        kernel: 'batchNormSlopeTotals',
        parameters: [
          ...[rowSums, rowProducts, sums, products, spread, dweight, dbias],
          ...[batch, channels, { f32: epsilon }, training ? 1 : 0],
        ],
        solo,
      },
      {
        kernel: 'batchNormGradient',
        parameters: [
          ...[dx, x, weight, mean, spread, sums, products, batch, channels, length],
          ...[{ f32: epsilon }, training ? 1 : 0],
        ],
        solo,
        flops: 5 * count * channels,
      },
    ];
  },
);
