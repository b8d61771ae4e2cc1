/**
 * Brings a signal with `spf` samples in a frame to `grid` samples in a frame: their mean for one, NaN where one is missing;
 * each repeated for more.
 * @param samples whole frames of the signal
 * @param whole gives means as whole numbers, rounded to the nearest, halves up, as rdsamp does
 * @param out the same frames, `grid` samples each
 */
export function ontoGrid(samples: Float64Array, spf: number, out: Float64Array, grid: number, whole: boolean): void {
  const frames = out.length / grid;
  for (let f = 0; f < frames; f++) {
    if (grid === 1) {
      let sum = 0;
      for (let k = f * spf; k < (f + 1) * spf; k++) sum += samples[k]!;
      const mean = sum / spf;
      out[f] = whole ? Math.floor(mean + 0.5) : mean;
    } else {
      for (let k = 0; k < grid; k++) out[f * grid + k] = samples[f * spf + Math.floor((k * spf) / grid)]!;
    }
  }
}
