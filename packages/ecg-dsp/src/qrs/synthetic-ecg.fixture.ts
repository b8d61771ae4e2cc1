/**
 * A made-up lead for tests: P, QRS and T waves as Gaussians, in mV. The R peaks stand exactly on the given samples.
 *
 * @param options.inverted turns the lead upside down.
 */
export function syntheticEcg(
  length: number,
  fs: number,
  peaks: readonly number[],
  options: { inverted?: boolean } = {},
): Float64Array {
  const waves = [
    { height: 0.15, centre: -0.17, width: 0.02 },
    { height: -0.12, centre: -0.03, width: 0.008 },
    { height: 1, centre: 0, width: 0.012 },
    { height: -0.2, centre: 0.03, width: 0.01 },
    { height: 0.3, centre: 0.28, width: 0.045 },
  ];
  const signal = new Float64Array(length);
  for (const peak of peaks) {
    for (let i = Math.max(0, Math.ceil(peak - 0.4 * fs)); i < Math.min(length, peak + 0.6 * fs); i++) {
      const t = (i - peak) / fs;
      for (const { height, centre, width } of waves)
        signal[i]! += height * Math.exp(-(((t - centre) / width) ** 2) / 2);
    }
  }
  return options.inverted ? signal.map((value) => -value) : signal;
}
