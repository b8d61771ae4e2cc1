import { argumentError, EngineError } from '../errors.js';
import type { DType, TensorType } from '../graph/shape.js';

/** Refuses a tensor of another element type (DTYPE_MISMATCH). */
export function requireDtype(op: string, { dtype }: TensorType, wanted: DType): void {
  if (dtype !== wanted) throw new EngineError('DTYPE_MISMATCH', `${op}: needs ${wanted}, got ${dtype}`, { where: op });
}

export function requireF32(op: string, type: TensorType): void {
  requireDtype(op, type, 'f32');
}

/** Refuses a number that does not hold what is wanted of it (INVALID_ARGUMENT). */
export function requireNumber(op: string, name: string, value: number, holds: boolean, wanted: string): void {
  if (!holds) throw argumentError(op, `${name} must be ${wanted}, got ${value}`);
}

/** Refuses options of an optimiser that would make weights NaN, grow them or never move them (INVALID_ARGUMENT). */
export function requireUpdate(op: string, weightDecay: number, maxNorm: number): void {
  requireNumber(op, 'weightDecay', weightDecay, weightDecay >= 0 && weightDecay < Infinity, 'finite and 0 or more');
  requireNumber(op, 'maxNorm', maxNorm, maxNorm > 0, 'above 0, Infinity for no clipping');
}

/** Refuses an argument that is no whole number, or less than `least` (INVALID_ARGUMENT). */
export function requireWhole(op: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw argumentError(op, `${name} must be ${least} or more, got ${value}`);
}
