/**
 * Brings a signal with `spf` samples in a frame to `grid` samples in a frame: the mean of those there are for one, each
 * repeated for more.
 * @param samples whole frames of the signal
 * @param whole gives means as whole numbers, rounded towards 0 as rdsamp does
 * @param out the same frames, `grid` samples each
 */
export function ontoGrid(samples: Float64Array, spf: number, out: Float64Array, grid: number, whole: boolean): void {
  const frames = out.length / grid;
  for (let f = 0; f < frames; f++) {
    if (grid === 1) {
      let sum = 0;
      let count = 0;
      for (let k = f * spf; k < (f + 1) * spf; k++) {
        const value = samples[k]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        count++;
      }
      const mean = count === 0 ? Number.NaN : sum / count;
      out[f] = whole ? Math.trunc(mean) : mean;
    } else {
      for (let k = 0; k < grid; k++) out[f * grid + k] = samples[f * spf + Math.floor((k * spf) / grid)]!;
    }
  }
}
