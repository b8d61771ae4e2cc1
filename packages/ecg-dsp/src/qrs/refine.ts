/** How far from the rough position the R peak may be, seconds. */
const REACH_S = 0.06;
/** Half the stretch whose median is taken for the isoelectric line, seconds. */
const LINE_S = 0.15;
/** Weight of a deflection against the polarity that the beats before have. */
const AGAINST_POLARITY = 0.7;
/** Beats before that vote on the polarity. */
const VOTERS = 20;

/**
 * Moves rough QRS positions to the R peak: the largest deflection from the local isoelectric line within 60 ms, of the polarity
 * that most of the 20 beats before have unless the other one is 1.4 times as large.
 */
export class PeakRefiner {
  /** Samples on each side of a position that its R peak depends on. */
  readonly reach: number;
  /** Samples by which a peak is moved at most. */
  readonly nearest: number;
  private readonly signs: number[] = [];
  private votes = 0;
  private beats = 0;
  private down = 0;

  /** @param fs samples per second. */
  constructor(fs: number) {
    this.reach = Math.round(LINE_S * fs);
    this.nearest = Math.round(REACH_S * fs);
  }

  /** Share of the beats so far whose R peak points down, 0 to 1. */
  get inverted(): number {
    return this.beats === 0 ? 0 : this.down / this.beats;
  }

  /**
   * @param around finite samples around the position, up to `reach` on each side.
   * @param position index of the rough position in `around`.
   * @returns index of the R peak in `around`.
   */
  refine(around: Float64Array, position: number): number {
    const line = around.slice().sort()[around.length >> 1]!;
    const own = Math.sign(around[this.largest(around, position, line, 0)]! - line);
    const peak = this.largest(around, position, line, Math.sign(this.votes + own));
    this.signs.push(own);
    this.votes += own;
    if (this.signs.length > VOTERS) this.votes -= this.signs.shift()!;
    this.beats++;
    if (around[peak]! < line) this.down++;
    return peak;
  }

  private largest(around: Float64Array, position: number, line: number, polarity: number): number {
    let best = position;
    let most = -1;
    const last = Math.min(around.length - 1, position + this.nearest);
    for (let i = Math.max(0, position - this.nearest); i <= last; i++) {
      const deflection = around[i]! - line;
      const weighted = Math.abs(deflection) * (deflection * polarity < 0 ? AGAINST_POLARITY : 1);
      if (weighted > most) {
        most = weighted;
        best = i;
      }
    }
    return best;
  }
}
