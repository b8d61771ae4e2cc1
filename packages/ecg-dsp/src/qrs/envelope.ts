import type { History } from '../streaming/history.js';

/** Centre frequency of the complex wavelet, Hz: QRS energy lies at 8 to 25 Hz, that of P and T waves below 10. */
const CENTRE_HZ = 15;
/** Standard deviation of its Gaussian, seconds: a QRS complex of 60 to 120 ms fills it. */
const SPREAD_S = 0.022;

/**
 * Strength of QRS-like activity: the modulus of the signal's convolution with a Morlet wavelet of 15 Hz, whose even part has
 * its mean taken out. It has one hump per QRS complex, whatever the complex's shape and polarity, and no phase delay.
 */
export class QrsEnvelope {
  /** Samples on each side that one value depends on. */
  readonly reach: number;
  private readonly even: Float64Array;
  private readonly odd: Float64Array;

  /** @param fs samples per second. */
  constructor(fs: number) {
    this.reach = Math.ceil(3 * SPREAD_S * fs);
    const gauss = Float64Array.from({ length: this.reach + 1 }, (_, k) => Math.exp(-((k / fs / SPREAD_S) ** 2) / 2));
    const cosine = gauss.map((g, k) => g * Math.cos((2 * Math.PI * CENTRE_HZ * k) / fs));
    const mean = bothSides(cosine) / bothSides(gauss);
    this.even = unitEnergy(cosine.map((c, k) => c - mean * gauss[k]!));
    this.odd = unitEnergy(gauss.map((g, k) => g * Math.sin((2 * Math.PI * CENTRE_HZ * k) / fs)));
  }

  /**
   * @param signal holds samples `index - reach` to `index + reach`.
   * @returns the envelope at `index`, in the unit of the signal.
   */
  at(signal: History, index: number): number {
    const { even, odd, reach } = this;
    const around = signal.view(index - reach, index + reach + 1);
    let inPhase = even[0]! * around[reach]!;
    let quadrature = 0;
    for (let k = 1; k <= reach; k++) {
      const after = around[reach + k]!;
      const before = around[reach - k]!;
      inPhase += even[k]! * (after + before);
      quadrature += odd[k]! * (after - before);
    }
    return Math.sqrt(inPhase * inPhase + quadrature * quadrature);
  }
}

function bothSides(taps: Float64Array): number {
  return 2 * taps.reduce((sum, tap) => sum + tap, 0) - taps[0]!;
}

function unitEnergy(taps: Float64Array): Float64Array {
  const norm = Math.sqrt(bothSides(taps.map((tap) => tap * tap)));
  return taps.map((tap) => tap / norm);
}
