import { fillGaps } from '../filters/gaps.js';
import { History } from '../streaming/history.js';
import { QrsEnvelope } from './envelope.js';

/** Two leads show the same beat within this, seconds: EC57's match window. */
const SAME_S = 0.15;
/** The complex that a beat is weighed by lies within this of it, seconds. */
const COMPLEX_S = 0.055;

/** One of two leads: its beats, which of them the other lead has too, and how much of a QRS complex there is at any sample. */
export class LeadView {
  /** [beats]: the other lead's beat that is the same, -1 where it has none. */
  readonly counterparts: Int32Array;
  /** [beats]: as {@link envelopeAt}. */
  private readonly heights: Float64Array;
  private readonly signal = new History();
  private readonly wavelet: QrsEnvelope;
  private readonly reach: number;

  /**
   * @param samples of the lead; NaN where there is none.
   * @param beats sample indices, rising.
   * @param others beats of the other lead, rising.
   * @param fs samples per second.
   */
  constructor(
    private readonly samples: ArrayLike<number>,
    readonly beats: Int32Array,
    others: Int32Array,
    fs: number,
  ) {
    this.wavelet = new QrsEnvelope(fs);
    this.reach = Math.round(COMPLEX_S * fs);
    for (const value of fillGaps(samples).filled) this.signal.push(value);
    this.counterparts = beats.map((beat) => {
      const nearest = others[nearestIndex(others, beat)];
      return nearest !== undefined && Math.abs(nearest - beat) <= SAME_S * fs ? nearest : -1;
    });
    this.heights = Float64Array.from(beats, (beat) => this.envelopeAt(beat));
  }

  hasSample(at: number): boolean {
    return Number.isFinite(this.samples[at]);
  }

  /** Indices of the beats from sample `from` on, and before `to`. */
  between(from: number, to: number): { readonly from: number; readonly to: number } {
    return { from: firstNotBefore(this.beats, from), to: firstNotBefore(this.beats, to) };
  }

  /** How high the QRS envelope is near a sample, as a share of the median over the lead's beats `from … to`; 0 where these have none. */
  heightAt(at: number, { from, to }: { readonly from: number; readonly to: number }): number {
    const sorted = this.heights.slice(from, to).sort();
    const usual = sorted[sorted.length >> 1] ?? 0;
    return usual > 0 ? this.envelopeAt(at) / usual : 0;
  }

  /** The samples from `from` to `to - 1`, gaps bridged, cut to what there is. */
  filled(from: number, to: number): Float64Array {
    return this.signal.view(from, to);
  }

  private envelopeAt(at: number): number {
    const { wavelet, signal } = this;
    const last = Math.min(signal.end - 1 - wavelet.reach, at + this.reach);
    let most = 0;
    for (let i = Math.max(wavelet.reach, at - this.reach); i <= last; i++) most = Math.max(most, wavelet.at(signal, i));
    return most;
  }
}

/** Index of the first of rising numbers that is not below `value`. */
export function firstNotBefore(rising: Int32Array, value: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nearestIndex(rising: Int32Array, value: number): number {
  const after = firstNotBefore(rising, value);
  const before = after - 1;
  if (before < 0) return after;
  return after === rising.length || value - rising[before]! <= rising[after]! - value ? before : after;
}
