import type { Annotation } from '@ecgpu/ecg-dsp';

/** A record without signals and two annotation files of it. */
export interface AnnotatedRecord {
  readonly name: string;
  readonly fs: number;
  /** Samples that the header declares, 0 where it declares none. */
  readonly length: number;
  readonly reference: readonly Annotation[];
  readonly test: readonly Annotation[];
}

/** A stream of numbers from 0 up to 1 that is the same for the same seed (mulberry32). */
export class Dice {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer, both bounds included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  of<T>(items: ArrayLike<T>): T {
    return items[this.integer(0, items.length - 1)]!;
  }
}

const ALL_BEATS = 'NLRBaJASjenVErFQ/f?!';
const RATES = [360, 360, 360, 250, 128, 500, 1000, 257.5];
const RHYTHMS = ['(N', '(AFIB', '(AFIB', '(AFL', '(SVTA', '(VT', '(AFIBX', 'AFIB', '(VFL'];
const NOISE_SUBTYPES = [0, 1, 2, 16, 32, 48, 48, 48, 49, 51, -1];
const OTHER_SYMBOLS = '|"sT*Dp^tu@x()';

/** A record of some seconds to forty minutes with a damaged copy of its annotations as the test. */
export function randomRecord(dice: Dice, name: string): AnnotatedRecord {
  const fs = dice.of(RATES);
  const seconds = dice.of([2, 20, 299, 300, 301, 330, 400, 400, 600, 600, 1200, 2400]);
  const length = Math.round(seconds * fs);
  const reference = withEpisodes(dice, beats(dice, fs, length), fs, length);
  const test = dice.chance(0.05) ? reference : dice.chance(0.05) ? [] : damaged(dice, reference, fs, length);
  return {
    name,
    fs,
    length: dice.chance(0.15) ? 0 : dice.chance(0.1) ? Math.round(length * 0.9) : length,
    reference: dice.chance(0.03) ? reference.filter(({ symbol }) => !ALL_BEATS.includes(symbol)) : reference,
    test,
  };
}

export function mark(sample: number, symbol: string, subtype = 0, aux = ''): Annotation {
  return { sample, symbol, subtype, channel: 0, number: 0, aux };
}

/** Beats of one rhythm with single ectopic ones and runs of every length among them. */
function beats(dice: Dice, fs: number, length: number): Annotation[] {
  const plain = dice.of(['N', 'N', 'N', 'L', 'R', 'V', 'A', ALL_BEATS]);
  const ectopy = dice.of([0, 0.02, 0.1, 0.3]);
  const interval = dice.of([0.3, 0.6, 0.8, 1.4]) * fs;
  const spread = dice.of([0, 0.02, 0.3]);
  const out: Annotation[] = [];
  let run = 0;
  let symbols = 'V';
  for (let time = dice.integer(Math.ceil(fs / 2), Math.ceil(fs)); time < length; ) {
    if (run === 0 && dice.chance(ectopy)) {
      run = dice.of([1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 12]);
      symbols = dice.of(['V', 'V', 'A', 'S', 'VErV', 'aJASjen', 'F', 'Q', ALL_BEATS]);
    }
    out.push(mark(time, run > 0 ? dice.of(symbols) : dice.of(plain)));
    if (run > 0) run--;
    time += dice.chance(0.005) ? 0 : Math.max(1, Math.round(interval * (1 + spread * (dice.next() - 0.5))));
  }
  return out;
}

/** Adds fibrillation, atrial fibrillation, noise, shutdown and notes, closed and open, and now and then two at a time. */
function withEpisodes(dice: Dice, annotations: readonly Annotation[], fs: number, length: number): Annotation[] {
  const out = [...annotations];
  const anywhere = (): number =>
    dice.chance(0.3) && out.length > 0
      ? dice.of(out).sample
      : dice.chance(0.2)
        ? Math.max(0, Math.round(300 * fs) + dice.integer(-3 * Math.ceil(fs), 3 * Math.ceil(fs)))
        : dice.integer(0, length - 1);
  const later = (from: number): number => from + dice.integer(0, Math.ceil(dice.of([1, 5, 60]) * fs));
  const busy = dice.chance(0.5);
  const some = (): number => (busy ? dice.integer(0, 3) : 0);
  for (let i = some(); i > 0; i--) {
    const from = anywhere();
    const to = later(from);
    out.push(mark(from, '['));
    if (dice.chance(0.9)) out.push(mark(to, ']'));
    if (dice.chance(0.5)) for (let t = from; t < to; t += Math.ceil(fs / 5)) out.push(mark(t, '!'));
  }
  for (let i = some(); i > 0; i--) {
    const from = anywhere();
    out.push(mark(from, '+', 0, dice.of(RHYTHMS)));
    if (dice.chance(0.8)) out.push(mark(later(from), '+', 0, dice.of(RHYTHMS)));
  }
  for (let i = some(); i > 0; i--) {
    const from = anywhere();
    out.push(mark(from, '~', dice.of(NOISE_SUBTYPES)));
    if (dice.chance(0.8)) out.push(mark(later(from), '~', dice.of([0, 0, 0, ...NOISE_SUBTYPES])));
  }
  for (let i = some(); i > 0; i--) out.push(mark(anywhere(), dice.of(OTHER_SYMBOLS), 0, dice.of(['', 'a note'])));
  if (dice.chance(0.1)) for (let i = 0; i < out.length; i += 7) out[i] = { ...out[i]!, channel: 1, number: i % 5 };
  return out.filter(({ sample }) => sample < length).sort((a, b) => a.sample - b.sample);
}

/** What a detector might have made of the reference: moved, missing, invented and renamed beats. */
export function damaged(dice: Dice, reference: readonly Annotation[], fs: number, length: number): Annotation[] {
  const window = Math.floor(0.15 * fs + 1e-9);
  const [drop, invent, rename, move] = [0.03, 0.03, 0.1, 0.3].map((rate) => rate * dice.of([0, 0.3, 1, 3])) as [
    number,
    number,
    number,
    number,
  ];
  const bias = dice.of([0, 0, 2, -13, window]);
  const out: Annotation[] = [];
  for (const annotation of reference) {
    const isBeat = ALL_BEATS.includes(annotation.symbol);
    if (dice.chance(isBeat ? drop : 0.3)) continue;
    const shift = dice.chance(move)
      ? dice.of([dice.integer(-5, 5), dice.integer(-window - 2, window + 2), window, -window, window + 1, -window - 1])
      : 0;
    const symbol = isBeat && dice.chance(rename) ? dice.of(ALL_BEATS) : annotation.symbol;
    out.push({ ...annotation, sample: annotation.sample + bias + shift, symbol });
    if (dice.chance(invent)) out.push(mark(annotation.sample + dice.integer(0, Math.ceil(fs)), dice.of(ALL_BEATS)));
  }
  const shown = dice.chance(0.2) ? withEpisodes(dice, out, fs, length) : out;
  return shown.filter(({ sample }) => sample >= 0).sort((a, b) => a.sample - b.sample);
}
