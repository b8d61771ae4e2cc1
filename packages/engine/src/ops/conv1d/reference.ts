import { activate } from '../activation/activation.js';
import { reference } from '../reference.js';
import type { Conv1dAttributes } from './conv1d.js';
import { type Conv1dExtent, conv1dExtent } from './extent.js';
import {
  type Conv1dInputGradientAttributes,
  type Conv1dWeightGradientAttributes,
  inputGradientExtent,
  weightGradientExtent,
} from './gradient.js';

/** The positions t for which tap k reads a sample rather than padding: 0 ≤ t·stride + k − padding < length in. */
function inside({ stride, padding, lengthIn, lengthOut }: Conv1dExtent, k: number): { from: number; to: number } {
  const from = Math.max(0, Math.ceil((padding - k) / stride));
  const to = Math.min(lengthOut, Math.floor((lengthIn - 1 + padding - k) / stride) + 1);
  return { from: Math.min(from, lengthOut), to: Math.max(to, Math.min(from, lengthOut)) };
}

/** Runs `visit` for every tap: its weight's index and the starts of the rows of x and y it joins. */
function eachTap(extent: Conv1dExtent, visit: (weight: number, k: number, rowX: number, rowY: number) => void): void {
  const { batch, channelsIn, lengthIn, channelsOut, lengthOut, kernel } = extent;
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < channelsOut; o++) {
      for (let c = 0; c < channelsIn; c++) {
        for (let k = 0; k < kernel; k++) {
          const weight = (o * channelsIn + c) * kernel + k;
          visit(weight, k, (b * channelsIn + c) * lengthIn, (b * channelsOut + o) * lengthOut);
        }
      }
    }
  }
}

/** y[b, o, t] = f(bias[o] + Σ over c, k of w[o, c, k] · x[b, c, t·stride + k − padding]); PyTorch's Conv1d. */
export const conv1dReference = reference<Conv1dAttributes>(({ inputs, outputs, inputTypes, attributes }) => {
  const [x, w, bias, y] = [inputs[0]!, inputs[1]!, inputs[2], outputs[0]!];
  const extent = conv1dExtent('conv1d', inputTypes[0]!, inputTypes[1]!, attributes);
  const { channelsOut, lengthOut, stride, padding } = extent;
  for (let row = 0; row * lengthOut < y.length; row++) {
    y.fill(bias?.[row % channelsOut] ?? 0, row * lengthOut, (row + 1) * lengthOut);
  }
  eachTap(extent, (weight, k, rowX, rowY) => {
    const factor = w[weight]!;
    const { from, to } = inside(extent, k);
    // Padding is a zero like any other: an infinite weight makes NaN of it.
    for (let t = 0; t < from; t++) y[rowY + t]! += factor * 0;
    for (let t = from; t < to; t++) y[rowY + t]! += factor * x[rowX + t * stride + k - padding]!;
    for (let t = to; t < lengthOut; t++) y[rowY + t]! += factor * 0;
  });
  if (attributes.activation === 'none') return;
  for (let i = 0; i < y.length; i++) y[i] = activate(attributes.activation, y[i]!);
});

/** dx[b, c, t·stride + k − padding] += w[o, c, k] · dy[b, o, t]. */
export const conv1dInputGradientReference = reference<Conv1dInputGradientAttributes>(
  ({ inputs, outputs, inputTypes, attributes }) => {
    const [dy, w, dx] = [inputs[0]!, inputs[1]!, outputs[0]!];
    const extent = inputGradientExtent(inputTypes[0]!, inputTypes[1]!, attributes);
    const { stride, padding } = extent;
    dx.fill(0);
    eachTap(extent, (weight, k, rowX, rowY) => {
      const factor = w[weight]!;
      const { from, to } = inside(extent, k);
      for (let t = from; t < to; t++) dx[rowX + t * stride + k - padding]! += factor * dy[rowY + t]!;
    });
  },
);

/** dw[o, c, k] = Σ over b, t of dy[b, o, t] · x[b, c, t·stride + k − padding]; db[o] = Σ over b, t of dy[b, o, t]. */
export const conv1dWeightGradientReference = reference<Conv1dWeightGradientAttributes>(
  ({ inputs, outputs, inputTypes, attributes }) => {
    const [dy, x, dw, db] = [inputs[0]!, inputs[1]!, outputs[0]!, outputs[1]!];
    const extent = weightGradientExtent(inputTypes[0]!, inputTypes[1]!, attributes);
    const { channelsOut, lengthOut, stride, padding } = extent;
    dw.fill(0);
    db.fill(0);
    eachTap(extent, (weight, k, rowX, rowY) => {
      const { from, to } = inside(extent, k);
      let total = 0;
      for (let t = from; t < to; t++) total += dy[rowY + t]! * x[rowX + t * stride + k - padding]!;
      dw[weight]! += total;
    });
    for (let i = 0; i < dy.length; i++) db[Math.floor(i / lengthOut) % channelsOut]! += dy[i]!;
  },
);
