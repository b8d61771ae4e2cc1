import type { InputContract } from '../preprocess/contract.js';
import type { ClassifierSource, RecordClassifier } from '../record-classifier.js';
import type { PreparedBeat } from './beat-preparation.js';
import { joinPrepared } from './prepare-causally.js';

/** A beat with what the model makes of it. */
export interface CalledBeat {
  readonly beat: PreparedBeat;
  /** [classes]. */
  readonly logits: Float32Array;
  /** [classes]. */
  readonly probabilities: Float32Array;
}

/** Calls beats as they come, each once, in their order, as the classifier calls them given the whole record. */
export interface StreamCaller {
  /** Takes the next beats, and with `ended` calls all that are left. @returns those that are settled. */
  take(beats: readonly PreparedBeat[], ended: boolean): Promise<CalledBeat[]>;
}

/** Calls some beats that follow each other. */
type Call = (beats: readonly PreparedBeat[]) => Promise<CalledBeat[]>;

/** The caller that a kind of model needs. */
export function streamCaller(
  { shape, contract }: Pick<ClassifierSource, 'shape'> & { readonly contract: InputContract },
  classifier: Pick<RecordClassifier, 'predict'>,
): StreamCaller {
  const call: Call = async (beats) => {
    if (beats.length === 0) return [];
    const { logits, probabilities } = await classifier.predict({ ...joinPrepared(beats), stretch: true });
    const classes = contract.classes.length;
    const of = (rows: Float32Array, k: number) => rows.slice(k * classes, (k + 1) * classes);
    return beats.map((beat, k) => ({ beat, logits: of(logits, k), probabilities: of(probabilities, k) }));
  };
  return 'beats' in shape ? new SequenceCaller(call, shape.beats) : new SingleBeatCaller(call);
}

/** Beats that must follow one before a model calls it, given that all are prepared. */
export function callingFollowing(shape: ClassifierSource['shape']): number {
  return 'beats' in shape ? 3 * (shape.beats / 2) - 1 : 0;
}

/** For a model that looks at each beat by itself. */
class SingleBeatCaller implements StreamCaller {
  constructor(private readonly call: Call) {}

  take(beats: readonly PreparedBeat[]): Promise<CalledBeat[]> {
    return this.call(beats);
  }
}

/**
 * For a model that looks at windows of beats, one every half window and one that ends with the last beat. A beat is settled
 * when both of its windows are there and the last window can no longer begin before the end of its half.
 */
export class SequenceCaller implements StreamCaller {
  private readonly half: number;
  private held: PreparedBeat[] = [];
  /** How many of the beats held were called before, and are only here for the windows they share. */
  private called = 0;

  /** @param beats in a window, an even number. */
  constructor(
    private readonly call: Call,
    beats: number,
  ) {
    this.half = beats / 2;
  }

  async take(beats: readonly PreparedBeat[], ended: boolean): Promise<CalledBeat[]> {
    const { half } = this;
    const settled: CalledBeat[][] = [];
    // Of a day's beats, which may come at once, none is copied more than once, and none is an argument of a call.
    const held = [...this.held, ...beats];
    let from = 0;
    while (held.length - from >= 3 * half + this.called) {
      const known = await this.call(held.slice(from, from + 3 * half));
      settled.push(known.slice(this.called, this.called + half));
      if (this.called > 0) from += half;
      this.called = half;
    }
    this.held = held.slice(from);
    if (ended) {
      settled.push((await this.call(this.held)).slice(this.called));
      this.held = [];
      this.called = 0;
    }
    return settled.flat();
  }
}
