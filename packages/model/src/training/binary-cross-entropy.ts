import { concat, fill, softmaxCrossEntropy, type Tensor } from '@ecgpu/engine';

/**
 * Weighted mean over rows of -log p(label), where p is the logistic function of the log-odds: a scalar. The log-odds x is
 * the same as the two logits (0, x).
 *
 * @param logOdds f32 [rows, 1]
 * @param label i32 [rows], 0 or 1
 * @param weight f32 [rows]; 1 each when left out
 */
export function binaryCrossEntropy(logOdds: Tensor, label: Tensor, weight?: Tensor): Tensor {
  const rows = label.shape[0]!;
  return softmaxCrossEntropy(concat([fill([rows, 1], 0), logOdds], 1), label, weight);
}
