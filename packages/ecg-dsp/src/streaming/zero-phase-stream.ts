import { EcgError } from '../errors.js';
import { lfilter, lfilterInitialState, type TransferFunction } from '../filters/filtfilt.js';
import { requireFinite } from '../filters/finite.js';
import { type Sos, sosfilt, sosfiltInitialState, sosPadLength } from '../filters/sos.js';
import { History } from './history.js';

export interface ZeroPhaseOptions {
  /** Largest error against the whole-signal form, relative to the range of the filtered signal. Default 1e-9. */
  readonly tolerance?: number;
  /** Samples handed out at a time. More take less work and more latency. Default: as many as are looked ahead. */
  readonly block?: number;
}

/** Longest impulse response that is waited for, in samples. */
const LONGEST_RESPONSE = 2 ** 22;

/**
 * Zero-phase filtering of a signal that has no end: what `sosfiltfilt` and `filtfilt` give, `latency` samples late. The forward pass
 * is theirs to the bit. The backward pass of each block begins in the state of rest so far after the block that all the filter's
 * response beyond adds up to `tolerance`: that bounds the error. The end of the signal is filtered exactly as theirs is.
 * For a high-pass of order 2 at 0.5 Hz and 360 samples per second, 1e-9 takes 10 s of look-ahead.
 */
export class ZeroPhaseStream {
  /** Samples after one within which it is handed out at the latest. */
  readonly latency: number;
  private readonly filter: CausalFilter;
  private readonly ahead: number;
  private readonly block: number;
  private raw = new History();
  private forward = new History();
  private state: Float64Array | undefined;
  private made = 0;

  /** @throws EcgError `STREAM_OPTION`; `FILTER_UNSTABLE` for one whose response does not die out; `FILTER_COEFFICIENTS`. */
  constructor(filter: Sos | TransferFunction, options: ZeroPhaseOptions = {}) {
    const { tolerance = 1e-9, block } = options;
    if (!(tolerance > 0 && tolerance < 1)) throw optionError('tolerance', tolerance, 'a number between 0 and 1');
    if (block !== undefined && !(Number.isInteger(block) && block > 0))
      throw optionError('block', block, 'a count of samples');
    this.filter = 'b' in filter ? transferFilter(filter) : cascadeFilter(filter);
    this.ahead = lookAhead(this.filter, tolerance);
    this.block = block ?? Math.max(1, this.ahead);
    this.latency = Math.max(this.filter.pad, this.ahead + this.block - 1);
  }

  /**
   * @returns the samples that became known.
   * @throws EcgError `SIGNAL_NOT_FINITE`; then nothing of the chunk was taken. See `GapAwareStream`.
   */
  push(samples: ArrayLike<number>): Float64Array {
    requireFinite(samples);
    const { pad } = this.filter;
    for (let i = 0; i < samples.length; i++) this.raw.push(samples[i]!);
    if (this.raw.end <= pad) return new Float64Array(0);
    if (this.state === undefined) this.begin();
    this.take(this.raw.view(this.forward.end, this.raw.end));
    const out: Float64Array[] = [];
    while (this.forward.end - this.made >= this.block + this.ahead) {
      out.push(this.backward(this.forward.view(this.made, this.made + this.block + this.ahead), this.block));
    }
    this.forward.forgetBefore(this.made);
    this.raw.forgetBefore(this.raw.end - pad - 1);
    return joined(out);
  }

  /**
   * Ends the signal; what is pushed next begins a new one.
   * @returns the samples that are left: as many in all as were pushed.
   * @throws EcgError `SIGNAL_TOO_SHORT` where the whole-signal form throws it too.
   */
  flush(): Float64Array {
    const { pad } = this.filter;
    const { raw, forward, made } = this;
    const count = raw.end;
    if (count > 0 && count <= pad) {
      this.restart();
      throw new EcgError('SIGNAL_TOO_SHORT', `Zero-phase filtering of ${count} samples needs more than ${pad}.`, {
        where: 'samples',
        fix: 'Filter a longer stretch.',
      });
    }
    if (count === 0) return new Float64Array(0);
    const last = raw.at(count - 1);
    this.take(Float64Array.from({ length: pad }, (_, i) => 2 * last - raw.at(count - 2 - i)));
    const rest = this.backward(forward.view(made, forward.end), count - made);
    this.restart();
    return rest;
  }

  /** Filters the signal turned about its first sample, which stands before it. */
  private begin(): void {
    const { pad, rest } = this.filter;
    const first = this.raw.at(0);
    const extension = Float64Array.from({ length: pad }, (_, i) => 2 * first - this.raw.at(pad - i));
    this.state = rest.map((value) => value * (extension[0] ?? first));
    this.filter.run(extension, this.state);
  }

  private take(samples: Float64Array): void {
    const filtered = this.filter.run(samples, this.state!);
    for (let i = 0; i < filtered.length; i++) this.forward.push(filtered[i]!);
  }

  private backward(stretch: Float64Array, count: number): Float64Array {
    const reversed = stretch.slice().reverse();
    const state = this.filter.rest.map((value) => value * reversed[0]!);
    this.made += count;
    return this.filter.run(reversed, state).reverse().slice(0, count);
  }

  private restart(): void {
    this.raw = new History();
    this.forward = new History();
    this.state = undefined;
    this.made = 0;
  }
}

interface CausalFilter {
  /** Samples of extension at each end. */
  readonly pad: number;
  /** State of rest after a signal of ones. */
  readonly rest: Float64Array;
  /** Filters and leaves the state behind. */
  run(samples: Float64Array, state: Float64Array): Float64Array;
}

function cascadeFilter(sos: Sos): CausalFilter {
  return {
    pad: sosPadLength(sos),
    rest: sosfiltInitialState(sos),
    run: (samples, state) => sosfilt(sos, samples, state),
  };
}

function transferFilter(filter: TransferFunction): CausalFilter {
  const rest = lfilterInitialState(filter);
  const run = (samples: Float64Array, state: Float64Array) => lfilter(filter, samples, state);
  return { pad: 3 * Math.max(filter.a.length, filter.b.length), rest, run };
}

/** Samples after which the rest of the filter's impulse response adds up to no more than the tolerance. */
function lookAhead(filter: CausalFilter, tolerance: number): number {
  const state = new Float64Array(filter.rest.length);
  let response = filter.run(Float64Array.of(1), state);
  for (;;) {
    const more = filter.run(new Float64Array(response.length), state);
    const late = more.reduce((sum, value) => sum + Math.abs(value), 0);
    response = joined([response, more]);
    // The second half of a response that dies out is larger than all that follows it.
    if (late < tolerance / 1000) break;
    if (!(response.length < LONGEST_RESPONSE)) {
      throw new EcgError('FILTER_UNSTABLE', `The filter still answers after ${response.length} samples`, {
        where: 'filter',
        fix: 'Give a stable filter, or a larger tolerance.',
      });
    }
  }
  let tail = 0;
  let length = response.length;
  while (length > 0 && tail + Math.abs(response[length - 1]!) <= tolerance) tail += Math.abs(response[--length]!);
  return length;
}

function joined(pieces: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function optionError(where: string, value: unknown, wanted: string): EcgError {
  return new EcgError('STREAM_OPTION', `${where} is ${String(value)}`, { where, fix: `Give ${wanted}.` });
}
