import { argumentError, EngineError } from '../errors.js';
import type { DType, TensorType } from '../graph/shape.js';

/** Refuses a tensor of another element type (DTYPE_MISMATCH). */
export function requireDtype(op: string, { dtype }: TensorType, wanted: DType): void {
  if (dtype !== wanted) throw new EngineError('DTYPE_MISMATCH', `${op}: needs ${wanted}, got ${dtype}`, { where: op });
}

export function requireF32(op: string, type: TensorType): void {
  requireDtype(op, type, 'f32');
}

/** Refuses an argument that is no whole number, or less than `least` (INVALID_ARGUMENT). */
export function requireWhole(op: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw argumentError(op, `${name} must be ${least} or more, got ${value}`);
}
