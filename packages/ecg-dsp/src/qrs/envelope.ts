/** Centre frequency of the complex wavelet, Hz: QRS energy lies at 8 to 20 Hz, P and T waves below 8. */
const CENTRE_HZ = 12;
/** Standard deviation of its Gaussian, seconds: a QRS complex of 60 to 120 ms fills it. */
const SPREAD_S = 0.022;

/**
 * Strength of QRS-like activity: the modulus of the signal's convolution with a Morlet wavelet of 12 Hz, whose even part has
 * its mean taken out. It has one hump per QRS complex, whatever the complex's shape and polarity, and no phase delay.
 *
 * @param samples N finite samples, continued at both ends by the end sample.
 * @param fs samples per second.
 * @returns N values in the unit of the input.
 */
export function qrsEnvelope(samples: Float64Array, fs: number): Float64Array {
  const { even, odd } = morlet(fs);
  const n = samples.length;
  const half = even.length - 1;
  const padded = new Float64Array(n + 2 * half);
  padded.fill(samples[0] ?? 0, 0, half);
  padded.set(samples, half);
  padded.fill(samples[n - 1] ?? 0, n + half);
  const envelope = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const centre = i + half;
    let inPhase = even[0]! * padded[centre]!;
    let quadrature = 0;
    for (let k = 1; k <= half; k++) {
      const after = padded[centre + k]!;
      const before = padded[centre - k]!;
      inPhase += even[k]! * (after + before);
      quadrature += odd[k]! * (after - before);
    }
    envelope[i] = Math.sqrt(inPhase * inPhase + quadrature * quadrature);
  }
  return envelope;
}

/** Taps 0 to half of the wavelet's even and odd parts, each of unit energy. */
function morlet(fs: number): { even: Float64Array; odd: Float64Array } {
  const half = Math.ceil(3 * SPREAD_S * fs);
  const gauss = Float64Array.from({ length: half + 1 }, (_, k) => Math.exp(-((k / fs / SPREAD_S) ** 2) / 2));
  const cosine = gauss.map((g, k) => g * Math.cos((2 * Math.PI * CENTRE_HZ * k) / fs));
  const mean = bothSides(cosine) / bothSides(gauss);
  const even = cosine.map((c, k) => c - mean * gauss[k]!);
  const odd = gauss.map((g, k) => g * Math.sin((2 * Math.PI * CENTRE_HZ * k) / fs));
  return { even: unitEnergy(even), odd: unitEnergy(odd) };
}

function bothSides(taps: Float64Array): number {
  return 2 * taps.reduce((sum, tap) => sum + tap, 0) - taps[0]!;
}

function unitEnergy(taps: Float64Array): Float64Array {
  const norm = Math.sqrt(bothSides(taps.map((tap) => tap * tap)));
  return taps.map((tap) => tap / norm);
}
