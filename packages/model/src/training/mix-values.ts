import type { ParameterValues } from '@ecgpu/engine';

/**
 * Weights between a model's and those of its fine-tuned version: `(1 - share) · parent + share · tuned`, tensor by tensor.
 * Between the two the loss on either one's data is rarely worse than at the far end: Wortsman et al., "Robust fine-tuning of
 * zero-shot models", CVPR 2022.
 *
 * @param share 0 is the parent, 1 the fine-tuned one.
 */
export function mixValues(parent: ParameterValues, tuned: ParameterValues, share: number): ParameterValues {
  return new Map(
    [...parent].map(([name, tensor]) => {
      const other = tuned.get(name)!.values;
      return [name, { ...tensor, values: tensor.values.map((x, i) => x + share * (other[i]! - x)) }];
    }),
  );
}
