import { EcgError } from '../errors.js';
import { requireSamplingRate } from '../filters/finite.js';

/** A stream that hands out one sample for each that was pushed, some of them late. */
export interface SampleStream {
  /** Samples after one within which it is handed out at the latest. */
  readonly latency: number;
  push(samples: ArrayLike<number>): Float64Array;
  /** Ends the signal. @returns the samples that are left. */
  flush(): Float64Array;
}

/**
 * A stream that knows nothing of gaps, for a signal that has some: what `acrossGaps` does with the whole-signal form. Gaps up to
 * `bridge` seconds are bridged by straight lines; at longer ones the signal is cut, each piece has a stream of its own, and the gap stays
 * NaN. A piece that the stream refuses as too short becomes NaN too.
 */
export class GapAwareStream implements SampleStream {
  readonly latency: number;
  private readonly longest: number;
  private piece: SampleStream | undefined;
  /** Samples of the piece that were pushed and not handed out. */
  private owed = 0;
  private last = 0;
  private missing = 0;

  /**
   * @param fs samples per second.
   * @param make a new stream, for each piece.
   * @param bridge seconds. Default 0.1.
   * @throws EcgError `FS_INVALID`; `GAP_OPTION` where `bridge` is below 0
   */
  constructor(
    fs: number,
    private readonly make: () => SampleStream,
    bridge = 0.1,
  ) {
    requireSamplingRate(fs);
    if (!(bridge >= 0 && Number.isFinite(bridge))) {
      throw new EcgError('GAP_OPTION', `Gaps of ${bridge} s cannot be bridged.`, {
        where: 'bridge',
        fix: 'Give seconds, 0 or more.',
      });
    }
    this.longest = Math.floor(bridge * fs + 1e-9);
    this.latency = make().latency + this.longest;
  }

  /** @param samples NaN or infinite where there are none. @returns the samples that became known, NaN in gaps. */
  push(samples: ArrayLike<number>): Float64Array {
    const out: number[] = [];
    let run: number[] = [];
    const pass = (): void => {
      if (run.length > 0) this.hand(this.piece!.push(run), out);
      run = [];
    };
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i]!;
      if (!Number.isFinite(sample)) {
        this.missing++;
        if (this.piece === undefined) out.push(Number.NaN);
        else if (this.missing > this.longest) {
          pass();
          this.end(out);
        }
        continue;
      }
      // In a piece, what is missing is short enough for a line; before one it has been handed out already.
      const bridged = this.piece === undefined ? 0 : this.missing;
      for (let k = 1; k <= bridged; k++) run.push(this.last + ((sample - this.last) * k) / (bridged + 1));
      this.owed += bridged;
      this.piece ??= this.make();
      this.missing = 0;
      run.push(sample);
      this.owed++;
      this.last = sample;
    }
    pass();
    return Float64Array.from(out);
  }

  flush(): Float64Array {
    const out: number[] = [];
    if (this.piece !== undefined) this.end(out);
    this.missing = 0;
    return Float64Array.from(out);
  }

  private hand(samples: Float64Array, out: number[]): void {
    for (const sample of samples) out.push(sample);
    this.owed -= samples.length;
  }

  /** Ends the piece; the samples missing since are a gap. */
  private end(out: number[]): void {
    try {
      this.hand(this.piece!.flush(), out);
    } catch (error) {
      if (!(error instanceof EcgError && error.code === 'SIGNAL_TOO_SHORT')) throw error;
      for (; this.owed > 0; this.owed--) out.push(Number.NaN);
    }
    for (let k = 0; k < this.missing; k++) out.push(Number.NaN);
    this.piece = undefined;
    this.owed = 0;
  }
}
