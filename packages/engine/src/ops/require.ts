import { EngineError } from '../errors.js';
import type { DType, TensorType } from '../graph/shape.js';

/** Refuses a tensor of another element type (DTYPE_MISMATCH). */
export function requireDtype(op: string, { dtype }: TensorType, wanted: DType): void {
  if (dtype !== wanted) throw new EngineError('DTYPE_MISMATCH', `${op}: needs ${wanted}, got ${dtype}`, { where: op });
}

export function requireF32(op: string, type: TensorType): void {
  requireDtype(op, type, 'f32');
}
