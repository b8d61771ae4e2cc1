import { BestPath } from '../qrs/best-path.js';
import { ContextMaker } from '../qrs/context.js';
import { QrsEnvelope } from '../qrs/envelope.js';
import { type Hump, HumpFinder } from '../qrs/humps.js';
import { PeakRefiner } from '../qrs/refine.js';
import { requireQrsRate } from '../qrs/sampling-rate.js';
import { GapBridge } from './gap-bridge.js';
import { History } from './history.js';

/** Seconds before and after the one at work that its context is made of. */
const CONTEXT = { before: 10, after: 1 };
/** Seconds after a beat that are weighed before it is handed out. */
const AFTERTHOUGHT_S = 1;
/** Stretch of signal kept for what comes: the context, and the waves before its first beat. */
const KEPT_S = CONTEXT.before + 2;
/** Gaps are ramped over their last second: slowly enough to leave no hump. */
const RAMP_S = 1;

/**
 * The detector `ecgpu` for a signal that has no end: R peaks as they become known, in constant memory. The result does not depend on how
 * the signal is cut into chunks, and the batch form is this class given one chunk.
 */
export class BeatStream {
  /**
   * Samples after an R peak within which it is handed out at the latest, where there is no gap: 3.2 s, of which one is waiting
   * for the second it lies in to end, one is its context and one is for the beats after it.
   */
  readonly latency: number;
  private readonly second: number;
  private readonly signal = new History();
  private readonly envelope = new History();
  private readonly bridge: GapBridge;
  private readonly wavelet: QrsEnvelope;
  private readonly finder: HumpFinder;
  private readonly contexts: ContextMaker;
  private readonly path: BestPath;
  private readonly refiner: PeakRefiner;
  private humps: Hump[] = [];
  private current = 0;
  private found: number[] = [];

  /**
   * @param fs samples per second.
   * @throws EcgError `FS_INVALID`, `FS_TOO_LOW`.
   */
  constructor(fs: number) {
    requireQrsRate(fs);
    this.second = Math.round(fs);
    this.wavelet = new QrsEnvelope(fs);
    this.finder = new HumpFinder(fs);
    this.contexts = new ContextMaker(fs, this.envelope);
    this.path = new BestPath(fs);
    this.refiner = new PeakRefiner(fs);
    this.latency =
      (1 + CONTEXT.after + AFTERTHOUGHT_S) * this.second +
      this.finder.reach +
      this.wavelet.reach +
      this.refiner.nearest;
    this.bridge = new GapBridge(RAMP_S * this.second, (value) => {
      if (this.signal.end === 0) for (let k = 0; k < this.wavelet.reach; k++) this.signal.push(value);
      this.signal.push(value);
      this.advance();
    });
  }

  /** Samples missing so far: NaN or infinite. */
  get missingSamples(): number {
    return this.bridge.missingSamples;
  }

  /** No R peak before this sample is to come any more. */
  get settledTo(): number {
    return Math.max(0, (this.current - AFTERTHOUGHT_S) * this.second - this.refiner.nearest);
  }

  /** Share of the beats so far whose R peak points down, 0 to 1. */
  get inverted(): number {
    return this.refiner.inverted;
  }

  /**
   * Takes the next samples of the lead; NaN where there is none.
   *
   * @returns the R peaks that became known, as sample indices since the start, rising.
   */
  push(samples: ArrayLike<number>): number[] {
    for (let i = 0; i < samples.length; i++) this.bridge.push(samples[i]!);
    return this.takeFound();
  }

  /** Ends the signal. @returns the R peaks that are left. */
  flush(): number[] {
    this.bridge.flush();
    const last = this.signal.at(this.signal.end - 1);
    const length = this.signal.end - this.wavelet.reach;
    for (let k = 0; k < this.wavelet.reach && length > 0; k++) {
      this.signal.push(last);
      this.advance();
    }
    const end = this.envelope.end;
    const seconds = Math.ceil(end / this.second);
    while (this.current < seconds) this.work(end, this.current + 1 === seconds ? end : this.settledEnd());
    return this.takeFound();
  }

  private takeFound(): number[] {
    const { found } = this;
    this.found = [];
    return found;
  }

  /** The signal history starts `reach` samples early: sample i of the lead is at i + reach. */
  private advance(): void {
    const { reach } = this.wavelet;
    if (this.signal.end < 2 * reach + 1) return;
    this.envelope.push(this.wavelet.at(this.signal, this.signal.end - 1 - reach));
    const known = (this.current + 1 + CONTEXT.after) * this.second;
    if (this.envelope.end === known + this.finder.reach) this.work(known, this.settledEnd());
  }

  /** Beats before this index are handed out with the current second's work. */
  private settledEnd(): number {
    return (this.current + 1 - AFTERTHOUGHT_S) * this.second;
  }

  /** Weighs the humps of the current second, given those before `known`, and hands out the beats before `handOut`. */
  private work(known: number, handOut: number): void {
    const { second, current } = this;
    for (const hump of this.finder.find(this.envelope, known))
      if (!this.bridge.isMissing(hump.sample)) this.humps.push(hump);
    this.finder.markDominant(this.humps, known === this.envelope.end ? Number.POSITIVE_INFINITY : known);
    const firstSecond = Math.max(0, current - CONTEXT.before);
    this.humps = this.humps.filter((hump) => hump.sample >= firstSecond * second);
    const maxima = new Array<number>(Math.ceil(known / second) - firstSecond).fill(0);
    for (const hump of this.humps) {
      const s = Math.floor(hump.sample / second) - firstSecond;
      maxima[s] = Math.max(maxima[s]!, hump.height);
    }
    // A second without a sample says nothing of the beats around it; as one without a hump it would lower their level.
    const seen = maxima.filter(
      (_, s) => !this.bridge.isAllMissing((firstSecond + s) * second, (firstSecond + s + 1) * second),
    );
    const context = this.contexts.make(this.humps, seen);
    for (const hump of this.humps) if (Math.floor(hump.sample / second) === current) this.path.add(hump, context);
    this.current++;
    const weighedTo = Math.min(known, this.current * second);
    for (const beat of this.path.commit(handOut, weighedTo, context)) this.found.push(this.refined(beat.sample));
    const keep = (this.current - KEPT_S) * second;
    this.bridge.forgetBefore((this.current - CONTEXT.before) * second);
    this.envelope.forgetBefore(keep);
    this.signal.forgetBefore(keep);
  }

  private refined(sample: number): number {
    const { reach } = this.refiner;
    const lead = this.wavelet.reach;
    const from = Math.max(this.signal.start, lead, sample + lead - reach);
    const around = this.signal.view(from, Math.min(this.envelope.end + lead, sample + lead + reach + 1));
    return from - lead + this.refiner.refine(around, sample + lead - from);
  }
}
