/** A regular rhythm with some early beats: Gaussians as QRS (1 mV, 12 ms) and T wave, on a wandering baseline. */
export function rhythm(seconds: number, fs: number): { readonly samples: Float64Array; readonly peaks: number[] } {
  const times: number[] = [];
  for (let t = 0.6, beat = 0; t < seconds; beat++) {
    times.push(t);
    t += beat % 7 === 5 ? 0.55 : beat % 7 === 6 ? 1.05 : 0.8;
  }
  const samples = Float64Array.from({ length: Math.round(seconds * fs) }, (_, i) => 0.3 * Math.sin((0.9 * i) / fs));
  for (const r of times) {
    for (const [height, centre, width] of [
      [1, r, 0.012],
      [0.2, r + 0.3, 0.04],
    ] as const) {
      const reach = 6 * width;
      const to = Math.min(samples.length - 1, Math.ceil((centre + reach) * fs));
      for (let i = Math.max(0, Math.floor((centre - reach) * fs)); i <= to; i++) {
        samples[i]! += height * Math.exp(-0.5 * ((i / fs - centre) / width) ** 2);
      }
    }
  }
  return { samples, peaks: times.map((t) => Math.round(t * fs)).filter((peak) => peak < samples.length) };
}

/** Cuts a signal into chunks of these sizes, over and over, and hands out each. */
export function* chunks(samples: Float64Array, sizes: readonly number[]): Generator<Float64Array> {
  for (let at = 0, k = 0; at < samples.length; k++) {
    const size = Math.max(1, sizes[k % sizes.length]!);
    yield samples.subarray(at, at + size);
    at += size;
  }
}
