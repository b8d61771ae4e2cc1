import type { TensorType } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import type { Outputs } from '../graph/trace.js';
import { RandomGenerator } from '../random/generator.js';

/** How an input's values are drawn; `random` is seeded by the case. */
export type ValueRule = (random: RandomGenerator, index: number) => number;

export interface CaseTensor {
  readonly type: TensorType;
  /** Default: standard normal for f32, zeros for integers. */
  readonly values?: ValueRule;
  /** Left out of the gradient check. */
  readonly constant?: boolean;
}

/**
 * How far a device may be from the f64 reference: `terms` roundings of 2⁻²⁴ relative to a scale that follows from the
 * arithmetic, plus `absolute`.
 * - `output`: the value itself (elementwise ops);
 * - `absolute`: the same graph run on absolute inputs, Σ|aᵢbᵢ| for sums of products;
 * - `largest`: the largest magnitude in the tensor (recurrences and normalisations, where errors spread).
 */
export interface Tolerance {
  readonly terms: number;
  readonly scale: 'output' | 'absolute' | 'largest';
  readonly absolute?: number;
}

/** One use of an op, checked on every device: its values, its gradients and that it writes where it should only. */
export interface OpCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, CaseTensor>>;
  /** State that the op updates in place; compared after the run. */
  readonly state?: Readonly<Record<string, CaseTensor>>;
  readonly scalars?: Readonly<Record<string, number>>;
  build(tensors: Readonly<Record<string, Tensor>>): Outputs;
  readonly tolerance: Tolerance;
  /** Tolerance of gradients, or the reason why they are not checked. Default: `tolerance` with four times the terms. */
  readonly gradients?: Tolerance | { readonly skip: string };
  readonly seed?: number;
}

/** The case's values, rounded to f32 first so that every device starts from the same numbers. */
export function caseValues(tensors: OpCase['inputs'], seed: number): Record<string, Float64Array> {
  const drawn: Record<string, Float64Array> = {};
  for (const [stream, [name, { type, values }]] of Object.entries(tensors).entries()) {
    const random = new RandomGenerator(seed, stream);
    const rule = values ?? (type.dtype === 'f32' ? () => random.normal() : () => 0);
    const size = type.shape.reduce((product, length) => product * length, 1);
    drawn[name] = Float64Array.from({ length: size }, (_, index) => Math.fround(rule(random, index)));
  }
  return drawn;
}

/** Common value rules. */
export const uniform =
  (low: number, high: number): ValueRule =>
  (random) =>
    random.uniform(low, high);
export const integers =
  (end: number): ValueRule =>
  (random) =>
    random.integer(end);
/** Standard normal kept `distance` away from `kink`, where the derivative jumps and central differences lie. */
export const awayFrom =
  (kink: number, distance = 0.01): ValueRule =>
  (random) => {
    const x = random.normal();
    return Math.abs(x - kink) < distance ? kink + (x < kink ? -distance : distance) : x;
  };
