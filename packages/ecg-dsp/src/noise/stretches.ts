import { EcgError } from '../errors.js';

/** A stretch of a lead that gets noise. */
export interface NoiseStretch {
  /** Sample indices of the lead: noise is added from `from` up to, and without, `to`. */
  readonly from: number;
  readonly to: number;
  /** A noise at the lead's sampling rate, without gaps. It is repeated where it ends. */
  readonly noise: ArrayLike<number>;
  /** The sample of the noise that comes at `from`. */
  readonly at: number;
  /** What the noise is multiplied by: see `noiseGain`. */
  readonly gain: number;
}

/**
 * Adds noise to stretches of a lead. No step comes in: a stretch begins at the offset at hand, and where it ends the offset stays.
 *
 * @param samples one lead. NaN stays NaN.
 * @param stretches in the order of time, none within another.
 * @returns as many samples, in the unit of `samples`.
 * @throws EcgError `NOISE_UNMEASURABLE` where there is no noise, or where it or a gain is not finite; `NOISE_SCHEDULE` for stretches
 *   that are out of order.
 */
export function addNoiseStretches(samples: ArrayLike<number>, stretches: readonly NoiseStretch[]): Float64Array {
  for (const noise of new Set(stretches.map((stretch) => stretch.noise))) requireNoise(noise);
  for (const { gain } of stretches) requireGain(gain);
  const out = Float64Array.from(samples);
  let offset = 0;
  let next = 0;
  for (const { from, to, noise, at, gain } of stretches) {
    if (!(Number.isInteger(from) && from >= next && to >= from && Number.isInteger(at) && at >= 0)) {
      throw new EcgError('NOISE_SCHEDULE', `Noise cannot be added from sample ${from} to ${to}, after ${next}.`, {
        where: 'stretches',
        fix: 'Give whole samples, stretches in the order of time and none within another.',
      });
    }
    for (; next < from && next < out.length; next++) out[next]! += offset;
    for (; next < to && next < out.length; next++) {
      const now = at + next - from;
      const before = now + noise.length - 1;
      if (next > 0) offset += gain * (noise[now % noise.length]! - noise[before % noise.length]!);
      out[next]! += offset;
    }
  }
  for (; next < out.length; next++) out[next]! += offset;
  return out;
}

/** @throws EcgError `NOISE_UNMEASURABLE` where it is not finite */
export function requireGain(gain: number): void {
  if (!Number.isFinite(gain)) throw unmeasurable(`Noise cannot be added ${gain} times.`);
}

/** @throws EcgError `NOISE_UNMEASURABLE` where there is no noise, or where it is not finite */
export function requireNoise(noise: ArrayLike<number>): void {
  if (noise.length === 0) throw unmeasurable('There is no noise to add.');
  for (let i = 0; i < noise.length; i++) {
    // The offset adds up what the noise moves by: all that follows would be lost.
    if (!Number.isFinite(noise[i])) throw unmeasurable(`Sample ${i} of the noise is ${noise[i]}.`);
  }
}

/** What a noise stress test cannot be made of. */
export function unmeasurable(message: string): EcgError {
  return new EcgError('NOISE_UNMEASURABLE', message, {
    where: 'samples, noise',
    fix: 'Give a lead with beats, and a noise recording without gaps that is not silent.',
  });
}
