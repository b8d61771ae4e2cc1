import type { BeatContext } from './context.js';
import type { Hump } from './humps.js';

/** Height against the level at which a hump is as likely a beat as not. */
const EVEN_RATIO = 0.31;
/** Bounds of one hump's weight, the logarithm of its ratio over the even one. */
const WEIGHT = { least: -3, most: 1.2 };
/** No two beats are nearer than this, seconds. */
const REFRACTORY_S = 0.2;
/** Two beats nearer than this cost so much at the refractory limit, and more when they are less alike than `alike`. */
const CLOSE = { below: 0.42, cost: 0.3, perUnlike: 2, alike: 0.75 };
/** The smaller of two humps nearer than this may be the other's P or T wave, seconds. */
const WAVE_S = 0.45;
/** Cost of a hump that is just as high as the wave expected in its place; none from `free` of the hump's height down. */
const WAVE = { cost: 3, free: 0.4, most: 1.2 };
/** Humps more alike than `from` are not taken for beat and wave, those less alike than `to` are in full. */
const WAVE_ALIKE = { from: 0.85, to: 0.65 };
/** Intervals below this share of the usual one cost up to so much. */
const SHORT = { share: 0.6, cost: 0.4 };
/** Intervals above this share of the usual one cost so much per unit of share, up to a bound. */
const LONG = { share: 1.5, cost: 0.7, most: 4 };
/** Predecessors weighed one by one; of those before them, only the best one. */
const PREDECESSORS = 24;

interface Node {
  readonly hump: Hump;
  readonly ratio: number;
  total: number;
  before: Node | undefined;
}

/**
 * Chooses the humps that are beats: the sequence with the greatest sum of weights less the costs of its intervals, by dynamic
 * programming, in constant memory. What has been handed out stays: later sequences go on from it.
 */
export class BestPath {
  private readonly recent: Node[] = [];
  private bestOld: Node | undefined;
  private committed: Node | undefined;

  /** @param fs samples per second. */
  constructor(private readonly fs: number) {}

  /** Takes the next hump, in order of time. */
  add(hump: Hump, context: BeatContext): void {
    const ratio = hump.height / context.level;
    const node: Node = { hump, ratio, total: this.committed ? Number.NEGATIVE_INFINITY : 0, before: undefined };
    const consider = (candidate: Node) => {
      if (candidate.total <= node.total) return;
      const total = candidate.total - this.cost(candidate, node, context);
      if (total > node.total) {
        node.total = total;
        node.before = candidate;
      }
    };
    if (this.bestOld) consider(this.bestOld);
    this.recent.forEach(consider);
    node.total += Math.max(WEIGHT.least, Math.min(WEIGHT.most, Math.log(ratio / EVEN_RATIO)));
    this.recent.push(node);
    if (this.recent.length > PREDECESSORS) {
      const old = this.recent.shift()!;
      if (!this.bestOld || old.total > this.bestOld.total) this.bestOld = old;
    }
  }

  /**
   * Hands out the beats before the sample `end` that were not handed out yet. From then on, what lies before `end` is settled.
   *
   * @param now humps before this sample have been added: a sequence that ends long before it has missed a beat.
   */
  commit(end: number, now: number, context: BeatContext): Hump[] {
    let best: Node | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const node of this.bestOld ? [this.bestOld, ...this.recent] : this.recent) {
      const total = node.total - longCost((now - node.hump.sample) / this.fs / context.usualInterval);
      if (total > most) {
        most = total;
        best = node;
      }
    }
    const newestBefore = (from: Node | undefined) => {
      let node = from;
      while (node && node.hump.sample >= end) node = node.before;
      return node;
    };
    const last = newestBefore(best);
    const beats: Hump[] = [];
    for (let node = last; node && node !== this.committed; node = node.before) beats.push(node.hump);
    for (const node of this.recent) if (newestBefore(node) !== last) node.total = Number.NEGATIVE_INFINITY;
    if (this.bestOld && newestBefore(this.bestOld) !== last) this.bestOld = undefined;
    if (last) {
      if (!this.recent.includes(last)) this.bestOld ??= last;
      last.before = undefined;
      this.committed = last;
    }
    return beats.reverse();
  }

  private cost(a: Node, b: Node, context: BeatContext): number {
    const interval = (b.hump.sample - a.hump.sample) / this.fs;
    if (interval < REFRACTORY_S) return Number.POSITIVE_INFINITY;
    const share = interval / context.usualInterval;
    let cost = longCost(share);
    if (share < SHORT.share) cost += SHORT.cost * (1 - share / SHORT.share);
    if (interval >= WAVE_S) return cost;
    const [small, large] = a.hump.height < b.hump.height ? [a.hump, b.hump] : [b.hump, a.hump];
    const alike = small.height / large.height;
    if (interval < CLOSE.below) {
      const closeness = (CLOSE.below - interval) / (CLOSE.below - REFRACTORY_S);
      cost += closeness * (CLOSE.cost + CLOSE.perUnlike * Math.max(0, CLOSE.alike - alike));
    }
    if (alike < WAVE_ALIKE.from) {
      const expected = context.expectedWave(large, small.sample - large.sample) / small.height;
      const likeness = Math.max(0, Math.min(WAVE.most, expected) - WAVE.free) / (1 - WAVE.free);
      if (likeness > 0)
        cost += WAVE.cost * likeness * Math.min(1, (WAVE_ALIKE.from - alike) / (WAVE_ALIKE.from - WAVE_ALIKE.to));
    }
    return cost;
  }
}

/** Cost of an interval that is so many times the usual one. */
function longCost(share: number): number {
  return LONG.cost * Math.max(0, Math.min(LONG.most, share - LONG.share));
}
