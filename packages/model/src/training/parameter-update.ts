import { adamw, averageParameters, globalNorm, gradients, type Parameters, type Tensor } from '@ecgpu/engine';

export interface ParameterUpdateOptions {
  readonly weightDecay: number;
  /** Gradients with a larger global norm are scaled down to it. */
  readonly maxNorm: number;
  /** Keep an exponential moving average of weights and statistics. Default true. */
  readonly average?: boolean;
  /** Factor on the learning rate for each parameter; 0 freezes it. */
  readonly rateOf?: ((name: string) => number) | undefined;
}

/**
 * The end of every training step: the gradients of `loss`, shape [], AdamW with them, and the moving average. Gives the loss
 * and the gradients' norm before it was clipped. The program's runs need the scalars learningRate and step (from 1), and
 * averageDecay where an average is kept.
 */
export function updateParameters(
  parameters: Parameters,
  loss: Tensor,
  { weightDecay, maxNorm, average = true, rateOf }: ParameterUpdateOptions,
): { readonly loss: Tensor; readonly norm: Tensor } {
  const gradient = gradients(loss, parameters);
  const norm = globalNorm(gradient);
  adamw(parameters, gradient, { weightDecay, maxNorm, ...(rateOf ? { rateOf } : {}) });
  if (average) averageParameters(parameters);
  return { loss, norm };
}
