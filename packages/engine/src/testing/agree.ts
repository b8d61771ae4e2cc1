/** The element that disagrees most, relative to what is allowed there. */
export interface WorstOffender {
  readonly index: number;
  readonly got: number;
  readonly want: number;
  readonly error: number;
  /** The error allowed at this element. */
  readonly bound: number;
}

export interface Agreement {
  readonly agrees: boolean;
  /** Largest error / bound; above 1 is a disagreement. */
  readonly ratio: number;
  readonly worst: WorstOffender | undefined;
}

/**
 * Compares element by element against a bound of its own. NaN must meet NaN and infinities must be equal: neither is
 * ever "close enough".
 */
export function agree(got: ArrayLike<number>, want: ArrayLike<number>, bound: (index: number) => number): Agreement {
  if (got.length !== want.length) throw new RangeError(`compared ${got.length} values with ${want.length}`);
  let worst: WorstOffender | undefined;
  let ratio = 0;
  for (let index = 0; index < want.length; index++) {
    const [g, w] = [got[index]!, want[index]!];
    const limit = bound(index);
    const exact = Object.is(g, w) || g === w;
    const error = exact ? 0 : Number.isFinite(g) && Number.isFinite(w) ? Math.abs(g - w) : Number.POSITIVE_INFINITY;
    const at = error === 0 ? 0 : error / limit;
    if (worst === undefined || at > ratio) {
      worst = { index, got: g, want: w, error, bound: limit };
      ratio = at;
    }
  }
  return { agrees: ratio <= 1, ratio, worst };
}

/** One line for people: the element that is furthest off, and by how much of what is allowed. */
export function describeAgreement(what: string, { ratio, worst }: Agreement): string {
  if (worst === undefined) return `${what}: nothing to compare`;
  const { index, got, want, error, bound } = worst;
  return `${what}[${index}]: got ${got}, want ${want}, error ${error.toExponential(2)} = ${ratio.toFixed(2)} × the ${bound.toExponential(2)} allowed`;
}
