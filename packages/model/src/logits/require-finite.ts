import { EcgError } from '@ecgpu/ecg-dsp';

/**
 * Refuses what is no number: a class would be called of it, the first one, as if it were the likeliest.
 *
 * @throws EcgError `LOGITS_NOT_FINITE`
 */
export function requireFinite(logits: ArrayLike<number>): void {
  for (let i = 0; i < logits.length; i++) {
    if (Number.isFinite(logits[i]!)) continue;
    throw new EcgError('LOGITS_NOT_FINITE', `The network gives ${logits[i]} for a class.`, {
      where: 'classifier',
      fix: 'Its weights are of no use, or the device computes wrongly: try --device cpu, and `ecgpu doctor --verify`.',
    });
  }
}
