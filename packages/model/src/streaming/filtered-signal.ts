import { butterworth, type Sos, sosfilt, sosfiltInitialState } from '@ecgpu/ecg-dsp';
import { History, Polyphase, rationalRatio, SosStream } from '@ecgpu/ecg-dsp/streaming';
import type { CleanSignal } from '../preprocess/clean-signal.js';
import type { StreamContract } from './stream-contract.js';

/**
 * A lead without end, filtered as `cleanSignal` filters a whole one. The forward pass runs along with the signal; the
 * backward pass is made anew for each stretch that is asked for, from `settling` seconds after it. The high-pass forgets
 * its start at 2.2 nepers a second, so after 2 s some 1 % is left of what the rest of the record would have changed.
 */
export class FilteredSignal {
  private readonly sos: Sos;
  private readonly rest: Float64Array;
  private readonly forward: SosStream;
  private readonly filtered = new History();
  private readonly ratio: number;
  private readonly resampler: Polyphase | undefined;
  private readonly bridged: number;
  private readonly settling: number;
  private readonly maximumVoltage: number;
  /** Samples of a gap that may yet turn out short enough to be bridged. */
  private pending = 0;
  /** The newest sample that is there, NaN where the gap before the next one cannot be bridged. */
  private last = Number.NaN;
  private ended = false;

  /** @param fs samples per second, within the contract's range. */
  constructor(fs: number, contract: StreamContract) {
    this.sos = contract.filters.flatMap(({ type, order, cutoff }) => [...butterworth({ type, order, cutoff, fs })]);
    this.rest = sosfiltInitialState(this.sos);
    this.forward = new SosStream(this.sos);
    this.ratio = fs / contract.fs;
    this.resampler = Number.isInteger(this.ratio) ? undefined : new Polyphase(...rationalRatio(contract.fs / fs));
    this.bridged = contract.bridgedGap * fs;
    this.settling = Math.round(contract.running.settling * fs);
    this.maximumVoltage = contract.quality.maximumVoltage;
  }

  /** Takes the next samples, mV; NaN where there is none. */
  push(samples: ArrayLike<number>): void {
    const known: number[] = [];
    for (let i = 0; i < samples.length; i++) this.take(samples[i]!, known);
    this.filter(known);
  }

  /** Ends the signal: a gap that is open stays one. */
  end(): void {
    const known: number[] = [];
    this.giveUp(known);
    this.filter(known);
    this.ended = true;
  }

  /** Samples at the contract's rate up to which stretches can be asked for; all there are once the signal has ended. */
  get knownTo(): number {
    if (this.ended) return Math.ceil(this.filtered.end / this.ratio);
    const settled = this.filtered.end - this.settling;
    if (!this.resampler) return Math.max(0, Math.floor((settled - 1) / this.ratio) + 1);
    const { up, down, half } = this.resampler;
    return Math.max(0, Math.floor((settled * up - up - half) / down) + 1);
  }

  /**
   * Samples `from … to` at the contract's rate.
   *
   * @param from at least 0, not before what was forgotten.
   * @param to at most `knownTo`.
   */
  stretch(from: number, to: number): CleanSignal {
    const { ratio, resampler } = this;
    const first = Math.max(0, resampler ? resampler.oldest(from) : from * ratio);
    const newest = resampler ? resampler.newest(to - 1) : (to - 1) * ratio;
    const around = this.backward(first, Math.min(this.filtered.end, newest + 1 + this.settling));
    const at = (i: number) => {
      const value = around[i - first] ?? Number.NaN;
      return Number.isFinite(value) ? value : 0;
    };
    const missing = Uint8Array.from({ length: to - from }, (_, k) => {
      const nearest = Math.min(this.filtered.end - 1, Math.round((from + k) * ratio));
      return Number.isFinite(around[nearest - first]!) ? 0 : 1;
    });
    const samples = Float64Array.from({ length: to - from }, (_, k) => {
      if (missing[k]) return 0;
      return resampler ? resampler.output(from + k, at) : at((from + k) * ratio);
    });
    return { samples, missing };
  }

  /** Lets go of what stretches from `index` on, at the contract's rate, do not need. */
  forgetBefore(index: number): void {
    this.filtered.forgetBefore(this.resampler ? this.resampler.oldest(index) : index * this.ratio);
  }

  private take(sample: number, known: number[]): void {
    if (!(Math.abs(sample) <= this.maximumVoltage)) {
      if (Number.isNaN(this.last)) known.push(Number.NaN);
      else if (++this.pending > this.bridged) this.giveUp(known);
      return;
    }
    const { last, pending } = this;
    for (let k = 1; k <= pending; k++) known.push(last + ((sample - last) * k) / (pending + 1));
    known.push(sample);
    this.pending = 0;
    this.last = sample;
  }

  private giveUp(known: number[]): void {
    for (; this.pending > 0; this.pending--) known.push(Number.NaN);
    this.last = Number.NaN;
  }

  private filter(known: readonly number[]): void {
    for (const value of this.forward.push(known)) this.filtered.push(value);
  }

  /** The backward pass over samples `from … to` at the signal's own rate, each piece between gaps on its own. */
  private backward(from: number, to: number): Float64Array {
    const out = this.filtered.view(from, to).slice();
    for (let end = out.length; end > 0; ) {
      let start = end;
      while (start > 0 && Number.isFinite(out[start - 1]!)) start--;
      if (start < end) {
        const reversed = out.slice(start, end).reverse();
        const state = this.rest.map((value) => value * reversed[0]!);
        out.set(sosfilt(this.sos, reversed, state).reverse(), start);
      }
      end = start - 1;
    }
    return out;
  }
}
