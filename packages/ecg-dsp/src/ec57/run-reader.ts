import type { Annotation } from '../record.js';
import { type BeatLabel, type MappingName, pseudoLabel } from './labels.js';

/** Ventricular or supraventricular ectopic runs. */
export type RunKind = 'V' | 'S';

/** A run and a match window on either side, in samples, both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
  /** Beats, at most LONGEST. */
  readonly length: number;
}

/** Lengths are told apart up to this one, which stands for all longer ones too. */
export const LONGEST = 6;

const SHUTDOWN_BITS = 0x30;

/** What an annotation does to a run; `opens` and `closes` are the ends of fibrillation. */
type Effect = 'ectopic' | 'breaks' | 'opens' | 'closes';

/**
 * Reads one annotation file once, from its beginning to its end, for runs of one kind. Ventricular fibrillation and flutter
 * (`[`, or a rhythm `(VF…`, to `]`) is a long ventricular run, atrial (a rhythm `(AF…`) a long supraventricular one, in
 * which N beats are S beats. Each of the two ends where the other begins, and at any other change of rhythm.
 */
abstract class RunReader {
  private readonly annotations: readonly Annotation[];
  private next = 0;
  /** The kind of fibrillation that is going on. */
  protected rhythm: RunKind | undefined;
  private isShutDown = false;
  /** Whether shutdown has come after the beginning of the fibrillation. */
  protected interrupted = false;

  constructor(
    annotations: readonly Annotation[],
    protected readonly kind: RunKind,
    private readonly mapping: MappingName,
  ) {
    this.annotations = [...annotations].sort((a, b) => a.sample - b.sample);
  }

  protected get fibrillates(): boolean {
    return this.rhythm === this.kind;
  }

  protected skipTo(sample: number): void {
    for (let annotation = this.peek(); annotation && annotation.sample < sample; annotation = this.peek()) this.take();
  }

  protected peek(): Annotation | undefined {
    return this.annotations[this.next];
  }

  protected take(): Effect | undefined {
    const { symbol, subtype, aux } = this.annotations[this.next++]!;
    if (symbol === '~') return this.noise(subtype);
    if (symbol === '[') return this.enter('V');
    if (symbol === ']') return this.rhythm === 'V' ? this.enter(undefined) : undefined;
    if (symbol === '+') return aux === '' ? undefined : this.enter(fibrillationIn(aux));
    const label = pseudoLabel(symbol, this.mapping);
    if (label === undefined || label === 'O') return undefined;
    return this.isEctopic(label) ? 'ectopic' : 'breaks';
  }

  /** Shutdown breaks a run where it begins; a mark of shutdown during shutdown begins none. */
  private noise(subtype: number): Effect | undefined {
    const goesOn = this.isShutDown;
    this.isShutDown = (subtype & SHUTDOWN_BITS) === SHUTDOWN_BITS;
    if (!this.isShutDown || goesOn) return undefined;
    this.interrupted = true;
    return 'breaks';
  }

  private isEctopic(label: BeatLabel): boolean {
    if (this.kind === 'V') return label === 'V' || label === 'F';
    return label === 'S' || (label === 'N' && this.fibrillates);
  }

  private enter(rhythm: RunKind | undefined): Effect | undefined {
    const before = this.rhythm;
    this.rhythm = rhythm;
    if (rhythm === before) return undefined;
    this.interrupted = false;
    if (rhythm === this.kind) return 'opens';
    return before === this.kind && rhythm === undefined ? 'closes' : undefined;
  }
}

/** The kind of fibrillation or flutter that a rhythm annotation names. */
function fibrillationIn(rhythm: string): RunKind | undefined {
  if (rhythm.startsWith('(VF')) return 'V';
  return rhythm.startsWith('(AF') ? 'S' : undefined;
}

/** The runs of a file. */
export class OwnRuns extends RunReader {
  /**
   * The runs from one sample to another, both included. As in rxr, fibrillation that ectopic beats lead up to lengthens
   * their run and adds no beats to it; a run is one when the file ends or the beat after it is read, and none is read
   * after `end`; and a run of fibrillation that a beat breaks off ends where the run before it did, or at 0.
   */
  runs(start: number, end: number, window: number): Run[] {
    const runs: Run[] = [];
    let [from, to, length] = this.startAt(start) ? [start - window, start + window, LONGEST] : [0, 0, 0];
    for (let annotation = this.peek(); annotation !== undefined; annotation = this.peek()) {
      if (annotation.sample > end) return runs;
      const effect = this.take();
      if (effect === 'breaks') {
        if (length > 0) runs.push({ from, to, length: Math.min(length, LONGEST) });
        length = 0;
      } else if (effect !== undefined) {
        if (length === 0 && effect !== 'closes') from = annotation.sample - window;
        if (effect === 'ectopic') length++;
        else if (effect === 'opens' && length === 0) length = LONGEST;
        if (effect !== 'opens' && length > 0) to = annotation.sample + window;
      }
    }
    if (length > 0) runs.push({ from, to, length: Math.min(length, LONGEST) });
    return runs;
  }

  /** Whether the comparison begins with fibrillation. Before its start, one kind goes on when the other begins. */
  private startAt(start: number): boolean {
    let goesOn = false;
    for (let annotation = this.peek(); annotation && annotation.sample < start; annotation = this.peek()) {
      const effect = this.take();
      if (effect === 'opens') goesOn = true;
      else if (this.rhythm === undefined) goesOn = false;
    }
    return goesOn;
  }
}

/** The longest runs that a file has in the place of another file's runs. */
export class LongestRuns extends RunReader {
  /**
   * Length of the longest run from one sample to another, both included, at most LONGEST, among what no earlier call has
   * read: of two runs close to each other only the first finds a beat that both could have. As in rxr, a stretch that
   * begins before the record is taken for one with fibrillation in it.
   */
  between(from: number, to: number): number {
    this.skipTo(from);
    let goesOn = this.fibrillates && !this.interrupted;
    let longest = from < 0 ? LONGEST : 0;
    let length = 0;
    for (let annotation = this.peek(); annotation && annotation.sample <= to; annotation = this.peek()) {
      const before = this.rhythm;
      const effect = this.take();
      if (annotation.sample === from) goesOn &&= this.fibrillates && !this.interrupted;
      if (effect === 'ectopic') length++;
      else if (effect === 'breaks' || (this.rhythm !== undefined && this.rhythm !== before)) length = 0;
      longest = effect === 'opens' ? LONGEST : Math.max(longest, Math.min(length, LONGEST));
    }
    return goesOn ? LONGEST : longest;
  }
}
