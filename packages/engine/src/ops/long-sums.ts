import type { KernelVariants } from '../graph/lowering.js';

/**
 * How many parts keep a device busy where long sums are cut up: what a kernel holds for enough, or a quarter or four times
 * of it by the variants `fewer` and `more` of `long sums`. Devices differ in how many workgroups run at once, and in what
 * adding the parts costs.
 */
export function enoughParts(byDefault: number, variants: KernelVariants): number {
  const variant = variants['long sums'];
  if (variant === 'fewer') return byDefault / 4;
  return variant === 'more' ? byDefault * 4 : byDefault;
}
