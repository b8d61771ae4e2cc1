/**
 * Winograd's minimal filtering (A. Lavin and S. Gray, "Fast algorithms for convolutional neural networks", 2016): a sum over
 * `kernel` taps for four neighbouring outputs is evaluated at points, where it is one product each, and interpolated. Kernels
 * of 3 need 6 products instead of 12 (points 0, ±1, ±2, ∞), kernels of 5 need 8 instead of 20 (and ±½). The weight's gradient
 * is the same sum with dy's groups of four as its filters and `kernel` outputs.
 *
 * The numbers of the transforms are exact in f32; the filters' are made in f64 and rounded once. What rounds more is the sums
 * at the points, whose terms are larger than those of the definition: of n products an output is within
 * κ · (n + 8) · 2⁻²⁴ · n · max|w| · max|x| over what its group sees, κ the largest row of |Aᵀ| · (|G|1 ∘ |Bᵀ|1) over the filters' taps, which
 * is 16 for kernels of 3 and 18 for those of 5 (in the weight's gradient 14 and 20), where the direct form has 1. Of
 * normal numbers in the network's layers the root mean square of the error is 1.0 to 2.4 times the direct form's.
 * A NaN or infinity reaches all outputs of its group.
 */
export const GROUP = 4;

export function pointsOf(kernel: i32): i32 {
  return kernel + GROUP - 1;
}

/** What a filter's value at a point is multiplied by: the Lagrange polynomial's denominator. */
export function pointFactor(points: i32, point: i32): f64 {
  if (point === points - 1) return 1;
  if (points === 6) return point === 0 ? 1.0 / 4 : point < 3 ? -1.0 / 6 : 1.0 / 24;
  return point === 0 ? 1 : point < 3 ? -2.0 / 9 : point < 5 ? 1.0 / 90 : 32.0 / 45;
}
