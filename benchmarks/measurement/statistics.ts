export interface Spread {
  readonly median: number;
  /** Quartiles: half of the samples lie between them. */
  readonly lower: number;
  readonly upper: number;
  readonly least: number;
  readonly most: number;
  readonly samples: number;
}

/** Quantile by linear interpolation between ranks (type 7 of Hyndman & Fan 1996, numpy's default). */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) throw new RangeError('quantile: there are no values');
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  return below + (rank - Math.floor(rank)) * (sorted[Math.ceil(rank)]! - below);
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
    least: sorted[0]!,
    most: sorted.at(-1)!,
    samples: sorted.length,
  };
}
