import { read, write } from '../../graph/lowering.js';
import { defineOp } from '../../graph/node.js';
import type { Tensor } from '../../graph/tensor.js';
import { apply } from '../../graph/trace.js';
import backwardWgsl from './backward.wgsl';
import { blockRecurrence, blocksBackward } from './blocks.js';
import { choosePlacement } from './placement.js';
import { type GruExtent, recurrenceStep } from './recurrence.js';

/** Inputs doutput, recurrentWeight, output and gates; outputs ∂loss/∂(W·x + b) and gate n's ∂loss/∂(U·h + b). */
export const gruRecurrenceGradientOp = defineOp({
  name: 'gruRecurrenceGradient',
  infer(_inputs, { batch, steps, directions, hidden }: GruExtent) {
    return [
      { dtype: 'f32', shape: [batch, steps, directions * 3 * hidden] },
      { dtype: 'f32', shape: [batch, steps, directions * hidden] },
    ];
  },
  webgpu({ attributes, input, output, variants, limits }) {
    const bindings = [
      ...[0, 1, 2, 3].map((index) => read(input(index))),
      ...[0, 1].map((index) => write(output(index))),
    ];
    const inBlocks = blockRecurrence(blocksBackward, attributes, bindings, variants);
    if (inBlocks) return [inBlocks];
    const choice = choosePlacement({ ...attributes, exchanged: 4 }, variants, limits);
    return [recurrenceStep('gru backward', backwardWgsl, attributes, { ...choice, backward: true }, bindings)];
  },
});

export interface RecurrenceDerivative {
  /** ∂loss/∂(W·x + b), [batch, steps, directions·3·hidden]. */
  readonly projected: Tensor;
  /**
   * The gate n's part of ∂loss/∂(U·h + b), [batch, steps, directions·hidden], where the reset gate stands in between;
   * for r and z it is that of `projected`.
   */
  readonly recurrentN: Tensor;
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
  const [projected, recurrentN] = apply(gruRecurrenceGradientOp, [doutput, recurrentWeight, output, gates], extent);
  return { projected: projected!, recurrentN: recurrentN! };
}
