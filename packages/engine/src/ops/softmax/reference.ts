import { reference } from '../reference.js';
import { rowExtent } from './softmax.js';

/** yᵢ = exp(xᵢ − m) / Σⱼ exp(xⱼ − m), m the row's maximum. */
export const softmaxReference = reference(({ inputs, outputs, inputTypes }) => {
  const [x, y] = [inputs[0]!, outputs[0]!];
  const { rows, length } = rowExtent('softmax', inputTypes[0]!.shape);
  for (let row = 0; row < rows; row++) {
    const from = row * length;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = from; i < from + length; i++) largest = Math.max(largest, x[i]!);
    let total = 0;
    for (let i = from; i < from + length; i++) {
      y[i] = Math.exp(x[i]! - largest);
      total += y[i]!;
    }
    for (let i = from; i < from + length; i++) y[i]! /= total;
  }
});

/** dxᵢ = yᵢ·(dyᵢ − Σⱼ dyⱼ·yⱼ). */
export const softmaxGradientReference = reference(({ inputs, outputs, inputTypes }) => {
  const [dy, y, dx] = [inputs[0]!, inputs[1]!, outputs[0]!];
  const { rows, length } = rowExtent('softmaxGradient', inputTypes[0]!.shape);
  for (let row = 0; row < rows; row++) {
    const from = row * length;
    let total = 0;
    for (let i = from; i < from + length; i++) total += dy[i]! * y[i]!;
    for (let i = from; i < from + length; i++) dx[i] = y[i]! * (dy[i]! - total);
  }
});
