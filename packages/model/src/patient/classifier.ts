import type { Device } from '@ecgpu/engine';
import type { BeatInputs } from '../inference/beat-classifier.js';
import { madeInTurn, releasedOnFailure } from '../inference/released-on-failure.js';
import { SequenceClassifier, type SequencePredictions } from '../inference/sequence-classifier.js';
import type { SequenceParts } from '../inference/sequence-parts.js';
import { SequenceStages } from '../inference/sequence-stages.js';
import { averagedNetworks, StageAverage } from '../inference/stage-average.js';
import { logProbabilities } from '../logits/log-probabilities.js';
import { callAlike } from '../record/alike-beats.js';
import { lessMedian, recordMedian } from '../record/median.js';
import { nearestBeats } from '../record/nearest-beats.js';
import type { PatientCalls } from './calls.js';
import { judgeUnshown } from './judge-unshown.js';

/** Networks that were fine-tuned on a patient, and those they were made from: one of each for every member. */
export interface PatientParts {
  readonly own: readonly SequenceParts[];
  readonly parent: readonly SequenceParts[];
  readonly patient: Omit<PatientCalls, 'parent'>;
}

/** Classifies records by the model of their patient: see {@link PatientCalls}. Of stretches of a record the networks alone are asked. */
export class PatientClassifier {
  readonly #device: Device;
  readonly #own: readonly SequenceClassifier[];
  /** Over the same vectors, as fine-tuning leaves the encoder as it is; none where the patient has shown all. */
  readonly #parent: readonly SequenceStages[];
  readonly #parts: PatientParts;

  private constructor(
    device: Device,
    own: readonly SequenceClassifier[],
    parent: readonly SequenceStages[],
    parts: PatientParts,
  ) {
    this.#device = device;
    this.#own = own;
    this.#parent = parent;
    this.#parts = parts;
  }

  static async create(device: Device, parts: PatientParts): Promise<PatientClassifier> {
    const own = await madeInTurn(parts.own, (member) => SequenceClassifier.create(device, member));
    const release = () => {
      for (const member of own) member.release();
    };
    const parent = await releasedOnFailure({ release }, () =>
      madeInTurn(parts.patient.unshown.length > 0 ? parts.parent : [], (member) =>
        SequenceStages.create(device, member),
      ),
    );
    return new PatientClassifier(device, own, parent, parts);
  }

  /** Beats of one record, in the order of time. */
  async predict(beats: BeatInputs, onProgress?: (done: number, total: number) => void): Promise<SequencePredictions> {
    const own = new StageAverage(averagedNetworks(this.#parts.own));
    const parent = new StageAverage(averagedNetworks(this.#parts.parent));
    const size = this.#own.length;
    const vectors: Float32Array[] = [];
    for (const [index, member] of this.#own.entries()) {
      const encoded = await member.encode(beats, (done, total) => onProgress?.(index * total + done, size * total));
      vectors.push(encoded);
      own.add(await member.callByStages(encoded, beats));
      const stages = beats.stretch ? undefined : this.#parent[index];
      if (stages) parent.add(await stages.call(encoded, beats));
    }
    const said = own.result();
    if (beats.stretch) return said;
    const { classes, unshown } = this.#parts.patient;
    const flags = classes.map((label) => unshown.includes(label));
    const judged =
      this.#parent.length > 0
        ? judgeUnshown(said.logits, parent.result().logits, flags)
        : logProbabilities(said.logits, classes.length);
    const logits = Float32Array.from(await this.#agreed(judged, vectors, beats.count));
    return { ...said, logits, probabilities: logits.map(Math.exp) };
  }

  /** Beats that look alike decide together, in a record of enough of them. */
  async #agreed(logs: Float64Array, vectors: readonly Float32Array[], count: number): Promise<Float64Array> {
    const { classes, alike } = this.#parts.patient;
    if (count < alike.fewestBeats) return logs;
    const { rows, width } = joinedVectors(vectors, count);
    const nearest = await nearestBeats(this.#device, rows, width, alike.neighbours);
    return callAlike(logs, classes, nearest, alike.share);
  }

  release(): void {
    for (const member of this.#own) member.release();
    for (const member of this.#parent) member.release();
  }
}

/**
 * The vectors of all members side by side, [count, width]. Those of two leads less their median: an absent second lead then is what is usual.
 */
function joinedVectors(vectors: readonly Float32Array[], count: number): { rows: Float32Array; width: number } {
  const length = vectors[0]!.length / count;
  const width = vectors.length * length;
  const rows = new Float32Array(count * width);
  for (const [member, encoded] of vectors.entries()) {
    // Vectors of two leads end with a number that says whether the second is there.
    const moved = length % 2 === 1 ? lessMedian(encoded, recordMedian(encoded, length)) : encoded;
    for (let beat = 0; beat < count; beat++)
      rows.set(moved.subarray(beat * length, (beat + 1) * length), beat * width + member * length);
  }
  return { rows, width };
}
