import { argumentError, shapeError } from '../../errors.js';
import { showShape, type TensorType } from '../../graph/shape.js';
import { isPositiveF32 } from '../require.js';

/** x seen as [batch, channels, length]; a channel's `count` values are normalised together. */
export interface BatchNormExtent {
  readonly batch: number;
  readonly channels: number;
  readonly length: number;
  readonly count: number;
}

/** x [batch, channels, length] or [batch, channels], every other tensor [channels]; else SHAPE_MISMATCH. */
export function batchNormExtent(
  op: string,
  x: TensorType,
  perChannel: Readonly<Record<string, TensorType>> = {},
): BatchNormExtent {
  if (x.shape.length !== 2 && x.shape.length !== 3) {
    throw shapeError(op, `x must be [batch, channels, length] or [batch, channels], got ${showShape(x.shape)}`);
  }
  const [batch, channels, length] = [x.shape[0]!, x.shape[1]!, x.shape[2] ?? 1];
  for (const [name, { shape }] of Object.entries(perChannel)) {
    if (shape.length === 1 && shape[0] === channels) continue;
    throw shapeError(op, `${name} must be [${channels}] to match x ${showShape(x.shape)}, got ${showShape(shape)}`);
  }
  return { batch, channels, length, count: batch * length };
}

export function checkEpsilon(op: string, epsilon: number): void {
  if (!isPositiveF32(epsilon)) {
    throw argumentError(op, `epsilon must be a positive f32, got ${epsilon}`, 'It keeps constant channels from 0/0.');
  }
}

/** How a channel's values are cut up: enough workgroups for a large device, few enough parts to merge in one thread. */
export function channelChunks(count: number): { chunks: number; chunk: number } {
  const wanted = Math.min(64, Math.ceil(count / 1024));
  const chunk = Math.ceil(count / wanted);
  return { chunks: Math.ceil(count / chunk), chunk };
}

/** As `channelChunks` for CPUs: a thread to a chunk, which is a multiple of 32, so that it is read four values at a time. */
export function threadChunks(count: number): { chunks: number; chunk: number } {
  const chunk = Math.ceil(count / 64 / 32) * 32;
  return { chunks: Math.ceil(count / chunk), chunk };
}
