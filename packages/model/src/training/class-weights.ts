import { EcgError } from '@ecgpu/ecg-dsp';

/**
 * How much rarer classes weigh more in the loss, n the class's beats:
 * - `power`: n^-exponent. Exponent 1 is inverse frequency, 0.5 its square root, 0 no weighting.
 * - `effective-number`: (1 - β) / (1 - β^n), Cui et al., "Class-balanced loss based on effective number of samples", CVPR 2019.
 */
export type ClassWeighting =
  | { readonly method: 'power'; readonly exponent: number }
  | { readonly method: 'effective-number'; readonly beta: number };

export const INVERSE_FREQUENCY: ClassWeighting = { method: 'power', exponent: 1 };
export const SQUARE_ROOT: ClassWeighting = { method: 'power', exponent: 0.5 };

export interface WeightScale {
  /** `mean` (default): the mean weight of a beat is 1. `least`: the smallest class weight is 1. */
  readonly scale?: 'mean' | 'least';
  /** Largest weight, after scaling. */
  readonly cap?: number;
}

/**
 * Weights of the classes in the loss.
 *
 * @param counts beats of each class that training will see in an epoch.
 * @returns one weight a class; 0 for a class without beats.
 * @throws EcgError `CLASS_WEIGHTS` for counts below 0, none above 0, or options out of range.
 */
export function classWeights(
  counts: readonly number[],
  weighting: ClassWeighting,
  { scale = 'mean', cap = Number.POSITIVE_INFINITY }: WeightScale = {},
): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (!counts.every((n) => n >= 0) || !(total > 0 && Number.isFinite(total)))
    throw invalid(`The counts are ${counts.join(', ')}.`, 'Give counts of 0 or more, not all 0.');
  if (!(cap > 0)) throw invalid(`The cap is ${cap}.`, 'Give a cap above 0.');
  const rarity = rarityOf(weighting);
  const raw = counts.map((n) => (n === 0 ? 0 : rarity(n)));
  const weighed = raw.reduce((sum, w, i) => sum + w * counts[i]!, 0);
  const unit = scale === 'mean' ? weighed / total : Math.min(...raw.filter((w) => w > 0));
  return raw.map((w) => Math.min(cap, w / unit));
}

function rarityOf(weighting: ClassWeighting): (n: number) => number {
  if (weighting.method === 'power') {
    const { exponent } = weighting;
    if (!(exponent >= 0 && Number.isFinite(exponent)))
      throw invalid(`The exponent is ${exponent}.`, 'Give an exponent of 0 or more.');
    return (n) => n ** -exponent;
  }
  const { beta } = weighting;
  if (!(beta >= 0 && beta < 1)) throw invalid(`β is ${beta}.`, 'Give a β from 0 to below 1, for example 0.999.');
  return (n) => (1 - beta) / (1 - beta ** n);
}

function invalid(message: string, fix: string): EcgError {
  return new EcgError('CLASS_WEIGHTS', message, { where: 'classWeights', fix });
}
