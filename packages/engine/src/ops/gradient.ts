import type { Tensor } from '../graph/tensor.js';

export interface GradientCall<A = object> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: A;
  /** ∂loss/∂output for each output; undefined where the loss does not depend on it. At least one is there. */
  readonly outputGradients: readonly (Tensor | undefined)[];
  /** Which inputs' gradients are wanted; the others' need not be computed. */
  readonly needs: readonly boolean[];
}

/** Appends the backward nodes of one op and gives ∂loss/∂input for each input, undefined where there is none. */
export type GradientRule<A = object> = (call: GradientCall<A>) => readonly (Tensor | undefined)[];

/** An op the loss cannot be differentiated through, and why. */
export interface NotDifferentiable {
  readonly notDifferentiable: string;
}

/** Lets a rule with typed attributes stand in the table of all gradients. */
export function gradientRule<A extends object>(rule: GradientRule<A>): GradientRule {
  return rule as GradientRule;
}
