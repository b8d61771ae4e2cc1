import type { ParameterValues } from '@ecgpu/engine';
import { modelError } from './metadata.js';
import { sha256 } from './sha256.js';

/** The metadata entry of a model file that holds the checksum of its weights. */
export const WEIGHTS_CHECKSUM = 'weightsSha256';

/**
 * SHA-256 over all tensors in the order of their names: each as the line `name [shape]` and its values, f32 little endian.
 * What a model says of itself may be added to without changing it.
 */
export function weightsChecksum(values: ParameterValues): string {
  const names = [...values.keys()].sort();
  const encoder = new TextEncoder();
  return sha256(
    names.flatMap((name) => {
      const { shape, values: numbers } = values.get(name)!;
      const bytes = new Uint8Array(4 * numbers.length);
      const view = new DataView(bytes.buffer);
      for (const [i, value] of numbers.entries()) view.setFloat32(4 * i, value, true);
      return [encoder.encode(`${name} [${shape.join(', ')}]\n`), bytes];
    }),
  );
}

/** Throws FORMAT where a file says which weights it was saved with and holds others. */
export function requireChecksum(
  values: ParameterValues,
  metadata: Readonly<Record<string, string>>,
  where: string,
): void {
  const saved = metadata[WEIGHTS_CHECKSUM];
  if (saved === undefined) return;
  const found = weightsChecksum(values);
  if (found === saved) return;
  throw modelError(where, `is damaged: the SHA-256 of its weights is ${found}, saved was ${saved.slice(0, 64)}`);
}
