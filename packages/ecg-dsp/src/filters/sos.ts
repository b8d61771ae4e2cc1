import { EcgError } from '../errors.js';
import { requireFinite } from './finite.js';

/** One second-order section in scipy's layout `[b0, b1, b2, 1, a1, a2]`. */
export type SosSection = readonly [number, number, number, number, number, number];

/** A digital filter as a cascade of second-order sections, applied first to last. */
export type Sos = readonly SosSection[];

/**
 * Causal filtering, direct form II transposed, in f64. Equal to `scipy.signal.sosfilt`.
 *
 * @param samples N samples. NaN is carried on to every later sample, as the recursion demands: see `acrossGaps`.
 * @param state two numbers per section, read and then overwritten with the state after the last sample; zeros where absent.
 * @returns N samples.
 * @throws EcgError `FILTER_STATE` when `state` does not hold two numbers per section.
 */
export function sosfilt(
  sos: Sos,
  samples: ArrayLike<number>,
  state: Float64Array = new Float64Array(2 * sos.length),
): Float64Array {
  if (state.length !== 2 * sos.length) {
    throw new EcgError(
      'FILTER_STATE',
      `A filter of ${sos.length} sections was given a state of ${state.length} numbers.`,
      {
        where: 'state',
        fix: `Pass ${2 * sos.length} numbers, for example sosfiltInitialState(sos).`,
      },
    );
  }
  const out = Float64Array.from(samples);
  for (let s = 0; s < sos.length; s++) {
    const [b0, b1, b2, , a1, a2] = sos[s]!;
    let z0 = state[2 * s]!;
    let z1 = state[2 * s + 1]!;
    for (let i = 0; i < out.length; i++) {
      const x = out[i]!;
      const y = b0 * x + z0;
      z0 = b1 * x - a1 * y + z1;
      z1 = b2 * x - a2 * y;
      out[i] = y;
    }
    state[2 * s] = z0;
    state[2 * s + 1] = z1;
  }
  return out;
}

/**
 * The state in which the cascade rests when it has seen 1 for ever: multiply it by the first sample to start without a step.
 * Equal to `scipy.signal.sosfilt_zi`.
 *
 * @returns two numbers per section.
 */
export function sosfiltInitialState(sos: Sos): Float64Array {
  const state: Float64Array = new Float64Array(2 * sos.length);
  let scale = 1;
  for (let s = 0; s < sos.length; s++) {
    const [b0, b1, b2, , a1, a2] = sos[s]!;
    const rest = (b1 - a1 * b0 + (b2 - a2 * b0)) / (1 + a1 + a2);
    state[2 * s] = scale * rest;
    state[2 * s + 1] = scale * ((1 + a1) * rest - (b1 - a1 * b0));
    scale *= (b0 + b1 + b2) / (1 + a1 + a2);
  }
  return state;
}

/** Samples by which `sosfiltfilt` extends both ends, as scipy counts them: three times the cascade's taps. */
export function sosPadLength(sos: Sos): number {
  let zerosAtOrigin = 0;
  let polesAtOrigin = 0;
  for (const section of sos) {
    if (section[2] === 0) zerosAtOrigin++;
    if (section[5] === 0) polesAtOrigin++;
  }
  return 3 * (2 * sos.length + 1 - Math.min(zerosAtOrigin, polesAtOrigin));
}

/**
 * Zero-phase filtering, forward and then backward, with odd extension of both ends. The magnitude response is squared.
 * Equal to `scipy.signal.sosfiltfilt`.
 *
 * @param samples N finite samples.
 * @param options.padLength samples of extension at each end; scipy's own where absent.
 * @returns N samples.
 * @throws EcgError `SIGNAL_TOO_SHORT` when N is not more than the extension, `SIGNAL_NOT_FINITE` on NaN or infinity.
 */
export function sosfiltfilt(sos: Sos, samples: ArrayLike<number>, options: { padLength?: number } = {}): Float64Array {
  const pad = options.padLength ?? sosPadLength(sos);
  const extended = extendOdd(samples, pad);
  const rest = sosfiltInitialState(sos);
  const forward = sosfilt(sos, extended, scaled(rest, extended[0]!)).reverse();
  const backward = sosfilt(sos, forward, scaled(rest, forward[0]!)).reverse();
  return backward.slice(pad, pad + samples.length);
}

/**
 * The signal with `pad` samples more at each end, turned about its end points: `2 x[0] - x[i]` and `2 x[N-1] - x[N-1-i]`.
 *
 * @throws EcgError `SIGNAL_TOO_SHORT`, `SIGNAL_NOT_FINITE`.
 */
export function extendOdd(samples: ArrayLike<number>, pad: number): Float64Array {
  const n = samples.length;
  if (n <= pad) {
    throw new EcgError('SIGNAL_TOO_SHORT', `Zero-phase filtering of ${n} samples needs more than ${pad}.`, {
      where: 'samples',
      fix: 'Filter a longer stretch, or give a smaller padLength (0 for none).',
    });
  }
  requireFinite(samples);
  const extended = new Float64Array(n + 2 * pad);
  extended.set(samples, pad);
  const first = samples[0]!;
  const last = samples[n - 1]!;
  for (let i = 1; i <= pad; i++) {
    extended[pad - i] = 2 * first - samples[i]!;
    extended[pad + n - 1 + i] = 2 * last - samples[n - 1 - i]!;
  }
  return extended;
}

function scaled(state: Float64Array, factor: number): Float64Array {
  return state.map((value) => value * factor);
}
