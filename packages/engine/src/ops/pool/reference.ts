import type { TensorType } from '../../graph/shape.js';
import { type ReferenceArray, reference } from '../reference.js';
import { type PoolAttributes, type PoolExtent, poolExtent, samplesOf } from './extent.js';
import { type AveragePoolGradientAttributes, averageGradientExtent } from './gradient.js';

/** Runs `visit` for every window: its index in y, and the samples of x it covers. */
function eachWindow(extent: PoolExtent, visit: (window: number, from: number, to: number) => void): void {
  const { rows, lengthIn, lengthOut } = extent;
  for (let t = 0; t < lengthOut; t++) {
    const { from, to } = samplesOf(extent, t);
    for (let row = 0; row < rows; row++) visit(row * lengthOut + t, row * lengthIn + from, row * lengthIn + to);
  }
}

/** The first maximum, or the last NaN, as PyTorch's max_pool1d. */
function argmax(x: ReferenceArray, from: number, to: number): number {
  let best = from;
  for (let i = from + 1; i < to; i++) if (x[i]! > x[best]! || Number.isNaN(x[i]!)) best = i;
  return best;
}

const extentOf = (x: TensorType | undefined, attributes: PoolAttributes) => poolExtent('pool', x!, attributes);

/** y[t] = max over the window's samples. */
export const maxPool1dReference = reference<PoolAttributes>(({ inputs, outputs, inputTypes, attributes }) => {
  const [x, y] = [inputs[0]!, outputs[0]!];
  eachWindow(extentOf(inputTypes[0], attributes), (window, from, to) => {
    y[window] = x[argmax(x, from, to)]!;
  });
});

/** y[t] = Σ over the window's samples / kernel. */
export const averagePool1dReference = reference<PoolAttributes>(({ inputs, outputs, inputTypes, attributes }) => {
  const [x, y] = [inputs[0]!, outputs[0]!];
  eachWindow(extentOf(inputTypes[0], attributes), (window, from, to) => {
    let total = 0;
    for (let i = from; i < to; i++) total += x[i]!;
    y[window] = total / attributes.kernel;
  });
});

/** dx[argmax of window t] += dy[t]. */
export const maxPool1dGradientReference = reference<PoolAttributes>(({ inputs, outputs, inputTypes, attributes }) => {
  const [dy, x, dx] = [inputs[0]!, inputs[1]!, outputs[0]!];
  dx.fill(0);
  eachWindow(extentOf(inputTypes[1], attributes), (window, from, to) => {
    dx[argmax(x, from, to)]! += dy[window]!;
  });
});

/** dx[i] += dy[t] / kernel for every sample i of window t. */
export const averagePool1dGradientReference = reference<AveragePoolGradientAttributes>(
  ({ inputs, outputs, inputTypes, attributes }) => {
    const [dy, dx] = [inputs[0]!, outputs[0]!];
    dx.fill(0);
    eachWindow(averageGradientExtent(inputTypes[0]!, attributes), (window, from, to) => {
      const share = dy[window]! / attributes.kernel;
      for (let i = from; i < to; i++) dx[i]! += share;
    });
  },
);
