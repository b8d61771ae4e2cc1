import { EcgError } from '@ecgpu/ecg-dsp';
import { BeatStream } from '@ecgpu/ecg-dsp/streaming';
import type { Device } from '@ecgpu/engine';
import type { ClassifiedBeat } from '../classify.js';
import type { InputContract } from '../preprocess/contract.js';
import {
  type ClassifierOptions,
  type ClassifierSource,
  openClassifier,
  type RecordClassifier,
} from '../record-classifier.js';
import { BeatPreparation } from './beat-preparation.js';
import { classifiedBeat } from './classified-beat.js';
import { type CalledBeat, type StreamCaller, streamCaller } from './stream-caller.js';
import { type StreamContract, streamContract } from './stream-contract.js';
import { type StreamLatency, streamLatency } from './stream-latency.js';

export interface StreamedBeat extends ClassifiedBeat {
  /** Seconds from the R peak to the newest sample that had been pushed when the beat was handed out. */
  readonly latency: number;
}

export type StreamModel = ClassifierSource & { readonly contract: InputContract };

/**
 * How a classifier is opened that is asked about stretches as they come. A `beat` model takes one beat at once: one comes about once a second; and a beat by itself is rounded alike whichever
 * others arrived with it, where a kernel may sum the last rows of a batch in another order.
 */
export const STREAM_CLASSIFIER: ClassifierOptions = { batchSize: 1, stretches: true };

/**
 * Samples in, classified beats out, in constant memory: beats are found in the first lead, measured against those before them
 * and classified as they become known. Of how many leads it takes samples, the model's contract says. Cut into whatever chunks, a signal gives the beats and classes that `classifyCausally` gives for
 * all of it at once.
 */
export class ClassifierStream {
  readonly contract: StreamContract;
  readonly latency: StreamLatency;
  readonly #fs: number;
  readonly #detector: BeatStream;
  readonly #preparation: BeatPreparation;
  readonly #classifier: RecordClassifier;
  readonly #caller: StreamCaller;
  #pushed = 0;
  #ended = false;
  /** Chunks are called one after another, however many are pushed without waiting. */
  #calling: Promise<unknown> = Promise.resolve();

  private constructor(fs: number, model: StreamModel, classifier: RecordClassifier) {
    this.contract = streamContract(model.contract);
    this.latency = streamLatency(model, fs);
    this.#fs = fs;
    this.#detector = new BeatStream(fs);
    this.#preparation = new BeatPreparation(fs, this.contract);
    this.#classifier = classifier;
    this.#caller = streamCaller(model, classifier);
  }

  /**
   * @param fs samples per second of what will be pushed.
   * @throws EcgError `RATE_NOT_ACCEPTED`, `FS_INVALID`, `FS_TOO_LOW`
   */
  static async open(device: Device, model: StreamModel, fs: number): Promise<ClassifierStream> {
    // Refused before anything is compiled.
    new BeatPreparation(fs, streamContract(model.contract));
    new BeatStream(fs);
    return new ClassifierStream(fs, model, await openClassifier(device, model, STREAM_CLASSIFIER));
  }

  /**
   * Takes the next samples of the lead, mV; NaN where there is none.
   *
   * @param second as many of the second lead, where the contract looks at two; absent: it has none here.
   * @returns the beats that became known, in their order.
   * @throws EcgError `STREAM_ENDED` after `flush`; `LEADS_UNEQUAL`, `LEADS_TOO_MANY`, with nothing taken.
   */
  push(samples: ArrayLike<number>, second?: ArrayLike<number>): Promise<StreamedBeat[]> {
    this.#refuseAfterEnd();
    this.#preparation.push(samples, second);
    this.#pushed += samples.length;
    return this.#call(this.#detector.push(samples), false);
  }

  /** Ends the signal. @returns the beats that are left. */
  flush(): Promise<StreamedBeat[]> {
    this.#refuseAfterEnd();
    this.#ended = true;
    return this.#call(this.#detector.flush(), true);
  }

  /** Samples of the first lead missing so far. */
  get missingSamples(): number {
    return this.#detector.missingSamples;
  }

  /** Frees what it holds on the device. */
  release(): void {
    this.#classifier.release();
  }

  #call(peaks: readonly number[], ended: boolean): Promise<StreamedBeat[]> {
    for (const peak of peaks) this.#preparation.addPeak(peak);
    const prepared = ended ? this.#preparation.flush() : this.#preparation.take(this.#detector.settledTo);
    const now = this.#pushed;
    const calling = this.#calling.then(async () => {
      const called = await this.#caller.take(prepared, ended);
      return called.map((beat) => this.#streamed(beat, now));
    });
    this.#calling = calling;
    return calling;
  }

  #streamed(called: CalledBeat, now: number): StreamedBeat {
    const beat = classifiedBeat(called, this.#fs, this.contract.classes);
    return { ...beat, latency: (now - beat.sample) / this.#fs };
  }

  #refuseAfterEnd(): void {
    if (!this.#ended) return;
    throw new EcgError('STREAM_ENDED', 'The stream has ended.', {
      where: 'push',
      fix: 'Open a new stream for another signal.',
    });
  }
}
