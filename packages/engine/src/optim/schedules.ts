/** A learning rate for every step, steps counted from 0. */
export type Schedule = (step: number) => number;

/** Rises linearly to `peak` over the first `warmup` steps, then falls to 0 at `total` along half a cosine. */
export function warmupCosine({ peak, total, warmup = 0 }: { peak: number; total: number; warmup?: number }): Schedule {
  return (step) => {
    if (step < warmup) return (peak * (step + 1)) / warmup;
    const progress = Math.min(1, (step - warmup) / Math.max(1, total - warmup));
    return (peak * (1 + Math.cos(Math.PI * progress))) / 2;
  };
}
