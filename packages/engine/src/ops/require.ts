import { argumentError, EngineError } from '../errors.js';
import type { DType, TensorType } from '../graph/shape.js';

/** Refuses a tensor of another element type (DTYPE_MISMATCH). */
export function requireDtype(op: string, { dtype }: TensorType, wanted: DType): void {
  if (dtype !== wanted) throw new EngineError('DTYPE_MISMATCH', `${op}: needs ${wanted}, got ${dtype}`, { where: op });
}

export function requireF32(op: string, type: TensorType): void {
  requireDtype(op, type, 'f32');
}

/** Whether f32 holds it as a number above 0: GPUs take what is smaller than the normal ones for 0. */
export const isPositiveF32 = (value: number): boolean => value > 1.2e-38 && value < 3.4e38;

/** Refuses a number that does not hold what is wanted of it (INVALID_ARGUMENT). */
export function requireNumber(op: string, name: string, value: number, holds: boolean, wanted: string): void {
  if (!holds) throw argumentError(op, `${name} must be ${wanted}, got ${value}`);
}

/** Refuses options of an optimiser that would make weights NaN, grow them or never move them (INVALID_ARGUMENT). */
export function requireUpdate(op: string, weightDecay: number, maxNorm: number): void {
  requireNumber(
    op,
    'weightDecay',
    weightDecay,
    weightDecay >= 0 && weightDecay < 3.4e38,
    'finite in f32 and 0 or more',
  );
  requireNumber(op, 'maxNorm', maxNorm, maxNorm > 1.2e-38, 'above 0 in f32, Infinity for no clipping');
}

/** Refuses an argument that is no whole number from `least` to 2³¹ − 1 (INVALID_ARGUMENT). */
export function requireWhole(op: string, name: string, value: number, least: number): void {
  // Kernels count in 32 bits.
  if (value !== (value | 0) || value < least)
    throw argumentError(op, `${name} must be a whole number from ${least} to 2147483647, got ${value}`);
}
