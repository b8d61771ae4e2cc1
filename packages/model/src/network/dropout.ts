import { dropout, type Tensor } from '@ecgpu/engine';
import type { NetworkMode } from './mode.js';

/** The dropout of a network of this shape: in training, and only there, some of a tensor's elements become 0. */
export function networkDropout(shape: { readonly dropout: number }, mode: NetworkMode): (x: Tensor) => Tensor {
  const none = mode === 'inference' || shape.dropout === 0;
  return (x) => (none ? x : dropout(x, { probability: shape.dropout }));
}
