import { EcgError } from '../errors.js';
import { extendOdd } from './sos.js';

/**
 * A digital filter as the two polynomials of its transfer function, `b` over `a`. Rounding spoils recursive ones above order 4:
 * those are better given as sections, see `Sos`.
 */
export interface TransferFunction {
  readonly b: readonly number[];
  /** `[1]` for a filter of finite response. */
  readonly a: readonly number[];
}

/**
 * Causal filtering, direct form II transposed, in f64. Equal to `scipy.signal.lfilter`.
 *
 * @param state max(len a, len b) - 1 numbers, read and then overwritten with the state after the last sample; zeros where absent.
 * @returns as many samples.
 * @throws EcgError `FILTER_COEFFICIENTS` without coefficients or where a[0] is 0, `FILTER_STATE`.
 */
export function lfilter(filter: TransferFunction, samples: ArrayLike<number>, state?: Float64Array): Float64Array {
  const { b, a } = normalised(filter);
  const order = a.length - 1;
  const z = state ?? new Float64Array(order);
  if (z.length !== order) {
    throw new EcgError('FILTER_STATE', `A filter of order ${order} was given a state of ${z.length} numbers.`, {
      where: 'state',
      fix: `Pass ${order} numbers, for example lfilterInitialState(filter).`,
    });
  }
  const out = new Float64Array(samples.length);
  if (order === 0) return out.map((_, i) => b[0]! * samples[i]!);
  for (let i = 0; i < out.length; i++) {
    const x = samples[i]!;
    const y = b[0]! * x + z[0]!;
    for (let k = 1; k < order; k++) z[k - 1] = b[k]! * x - a[k]! * y + z[k]!;
    z[order - 1] = b[order]! * x - a[order]! * y;
    out[i] = y;
  }
  return out;
}

/** The state in which the filter rests when it has seen 1 for ever. Equal to `scipy.signal.lfilter_zi`. */
export function lfilterInitialState(filter: TransferFunction): Float64Array {
  const { b, a } = normalised(filter);
  const state = new Float64Array(a.length - 1);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  state[0] = sum(b.slice(1).map((value, k) => value - a[k + 1]! * b[0]!)) / sum(a);
  let above = 1;
  let below = 0;
  for (let k = 1; k < state.length; k++) {
    above += a[k]!;
    below += b[k]! - a[k]! * b[0]!;
    state[k] = above * state[0]! - below;
  }
  return state;
}

/**
 * Zero-phase filtering, forward and then backward, with odd extension of both ends by three times the filter's length. Equal to
 * `scipy.signal.filtfilt`.
 *
 * @throws EcgError `SIGNAL_TOO_SHORT`, `SIGNAL_NOT_FINITE`, `FILTER_COEFFICIENTS`.
 */
export function filtfilt(
  filter: TransferFunction,
  samples: ArrayLike<number>,
  options: { padLength?: number } = {},
): Float64Array {
  const pad = options.padLength ?? 3 * Math.max(filter.a.length, filter.b.length);
  const extended = extendOdd(samples, pad);
  const rest = lfilterInitialState(filter);
  const forward = lfilter(
    filter,
    extended,
    rest.map((value) => value * extended[0]!),
  ).reverse();
  const backward = lfilter(
    filter,
    forward,
    rest.map((value) => value * forward[0]!),
  ).reverse();
  return backward.slice(pad, pad + samples.length);
}

/** Both polynomials of one length and with a[0] = 1. */
function normalised({ b, a }: TransferFunction): { b: number[]; a: number[] } {
  const length = Math.max(b.length, a.length);
  const lead = a[0];
  if (b.length === 0 || lead === undefined || lead === 0 || ![...a, ...b].every(Number.isFinite)) {
    throw new EcgError('FILTER_COEFFICIENTS', 'The filter has no transfer function.', {
      where: 'b, a',
      fix: 'Give finite coefficients, at least one each, the first of a not 0.',
    });
  }
  const filled = (values: readonly number[]) => Array.from({ length }, (_, k) => (values[k] ?? 0) / lead);
  return { b: filled(b), a: filled(a) };
}
