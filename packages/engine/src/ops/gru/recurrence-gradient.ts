import { read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import backwardWgsl from './backward.wgsl';
import { choosePlacement } from './placement.js';
import { type GruExtent, recurrenceStep } from './recurrence.js';

/** Inputs doutput, recurrentWeight, output and gates; outputs ∂loss/∂(W·x + b) and ∂loss/∂(U·h + b). */
export const gruRecurrenceGradientOp = defineOp({
  name: 'gruRecurrenceGradient',
  infer(_inputs, { batch, steps, directions, hidden }: GruExtent) {
    const slopes = { dtype: 'f32', shape: [batch, steps, directions * 3 * hidden] } as const;
    return [slopes, slopes];
  },
  webgpu({ attributes, input, output, variants, limits }) {
    const choice = choosePlacement({ ...attributes, exchanged: 3 }, variants, limits);
    const bindings = [
      ...[0, 1, 2, 3].map((index) => read(input(index))),
      ...[0, 1].map((index) => write(output(index))),
    ];
    return [recurrenceStep('gru backward', backwardWgsl, attributes, { ...choice, backward: true }, bindings)];
  },
});

export interface RecurrenceDerivative {
  /** ∂loss/∂(W·x + b), [batch, steps, directions·3·hidden]. */
  readonly projected: Tensor;
  /** ∂loss/∂(U·h + b), the same but for the gate n, where the reset gate stands in between. */
  readonly recurrent: Tensor;
}

export function gruRecurrenceDerivative(
  {
    doutput,
    recurrentWeight,
    output,
    gates,
  }: Readonly<Record<'doutput' | 'recurrentWeight' | 'output' | 'gates', Tensor>>,
  extent: GruExtent,
): RecurrenceDerivative {
  const [projected, recurrent] = apply(gruRecurrenceGradientOp, [doutput, recurrentWeight, output, gates], extent);
  return { projected: projected!, recurrent: recurrent! };
}
