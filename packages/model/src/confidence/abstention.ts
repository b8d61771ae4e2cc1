import { EcgError } from '@ecgpu/ecg-dsp';

/** Which beats are called: those of a confidence and more, or a share of a record's beats, the surest. */
export type Abstention = { readonly minConfidence: number } | { readonly coverage: number };

/**
 * The confidence from which on beats are called.
 *
 * @param confidence of the beats that could be called.
 * @throws EcgError `CONFIDENCE_RANGE` for a confidence or share that is not within 0 … 1.
 */
export function confidenceFloor(confidence: ArrayLike<number>, abstention: Abstention): number {
  const [name, value] = Object.entries(abstention)[0] as ['minConfidence' | 'coverage', number];
  if (!(value >= 0 && value <= 1)) {
    throw new EcgError('CONFIDENCE_RANGE', `${name} is ${value}; it should be from 0 to 1.`, {
      where: name,
      fix: 'Give a probability or a share, for example 0.95.',
    });
  }
  if (name === 'minConfidence') return value;
  const called = Math.ceil(value * confidence.length);
  const ranked = Float64Array.from(confidence).sort();
  return called === 0 ? Number.POSITIVE_INFINITY : ranked[ranked.length - called]!;
}
