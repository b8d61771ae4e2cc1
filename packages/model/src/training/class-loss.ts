import { EcgError } from '@ecgpu/ecg-dsp';
import {
  add,
  concat,
  divide,
  exp,
  fill,
  gatherRows,
  log,
  multiply,
  reshape,
  scale,
  softmaxCrossEntropy,
  softplus,
  subtract,
  sum,
  type Tensor,
} from '@ecgpu/engine';

/** How the loss treats classes of different size, beside their weights. */
export interface ClassLoss {
  /**
   * γ of the focal loss (1 - p)^γ · (-log p), p the probability of the right class: Lin et al., "Focal loss for dense object
   * detection", ICCV 2017. 0 is cross-entropy.
   */
  readonly focal: number;
  /**
   * τ of logit adjustment: τ · log of each class's share is added to its logit in the loss only, so that the logits learn
   * what they would from classes of one size (τ = 1): Menon et al., "Long-tail learning via logit adjustment", ICLR 2021.
   */
  readonly logitAdjustment: number;
  /**
   * Adds the logarithm of drawn over natural share to each logit in the loss only: the logits learn what they would have
   * from beats as frequent as they are, however they are drawn.
   */
  readonly naturalShares: boolean;
}

export const CROSS_ENTROPY: ClassLoss = { focal: 0, logitAdjustment: 0, naturalShares: false };

export interface ClassSizes {
  /** Beats of each class in an epoch. */
  readonly drawn: readonly number[];
  /** Beats of each class there are. */
  readonly natural: readonly number[];
}

/**
 * What is added to each class's logit in the loss.
 *
 * @throws EcgError `CLASS_LOSS` for options out of range.
 */
export function logitOffsets(
  { focal, logitAdjustment, naturalShares }: ClassLoss,
  { drawn, natural }: ClassSizes,
): number[] {
  for (const [name, value] of Object.entries({ focal, logitAdjustment })) {
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new EcgError('CLASS_LOSS', `${name} is ${value}.`, { where: name, fix: 'Give a number, 0 or more.' });
  }
  // A class without beats is taken to have one: its share is then tiny, and its logarithm finite.
  const logShares = (sizes: readonly number[]) => {
    const total = sizes.reduce((all, n) => all + Math.max(1, n), 0);
    return sizes.map((n) => Math.log(Math.max(1, n) / total));
  };
  const ofDrawn = logShares(drawn);
  const ofNatural = logShares(natural);
  return ofDrawn.map((share, k) => logitAdjustment * share + (naturalShares ? share - ofNatural[k]! : 0));
}

/**
 * The weighted mean loss of some rows, a scalar; 0 where no row has weight.
 *
 * @param logits f32 [rows, classes]
 * @param label i32 [rows]
 * @param weight f32 [rows]
 * @param focal γ, see {@link ClassLoss}
 * @param offsets of {@link logitOffsets}, one a class; absent: none.
 */
export function classLoss(
  logits: Tensor,
  label: Tensor,
  weight: Tensor,
  focal: number,
  offsets: readonly number[] = [],
): Tensor {
  const moved = offsets.some((offset) => offset !== 0) ? add(logits, row(offsets)) : logits;
  return focal === 0 ? softmaxCrossEntropy(moved, label, weight) : focalLoss(moved, label, weight, focal);
}

/**
 * With z = log p/(1-p) = x[label] - log Σ exp(other logits), -log p is softplus(-z) and log(1-p) is -softplus(z): neither
 * loses digits where p is near 0 or 1.
 */
function focalLoss(logits: Tensor, label: Tensor, weight: Tensor, gamma: number): Tensor {
  const [rows, classes] = [logits.shape[0]!, logits.shape[1]!];
  const own = gatherRows(identity(classes), label);
  const others = subtract(fill([1, 1], 1), own);
  const ofLabel = sum(multiply(logits, own), 1);
  const differences = subtract(logits, reshape(ofLabel, [rows, 1]));
  // The floor keeps the logarithm finite where the right class leads by more than f32's exponents reach.
  const rest = add(sum(multiply(exp(differences), others), 1), fill([1], 1e-30));
  const odds = scale(log(rest), -1);
  const loss = multiply(exp(scale(softplus(odds), -gamma)), softplus(scale(odds, -1)));
  return divide(sum(multiply(loss, weight)), add(sum(weight), fill([], 1e-30)));
}

/** [1, values]. */
function row(values: readonly number[]): Tensor {
  return concat(
    values.map((value) => fill([1, 1], value)),
    1,
  );
}

/** [size, size]. */
function identity(size: number): Tensor {
  return concat(
    Array.from({ length: size }, (_, k) => row(Array.from({ length: size }, (_, c) => (c === k ? 1 : 0)))),
    0,
  );
}
