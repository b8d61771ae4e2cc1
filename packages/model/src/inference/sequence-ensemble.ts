import type { Device } from '@ecgpu/engine';
import type { BeatInputs } from './beat-classifier.js';
import { madeInTurn } from './released-on-failure.js';
import { SequenceClassifier, type SequencePredictions } from './sequence-classifier.js';
import type { SequenceParts } from './sequence-parts.js';
import { type AveragedNetworks, averagedNetworks, StageAverage } from './stage-average.js';

/**
 * Classifies the beats of a record by what they look like and by the rhythm they stand in: one trained network, or several of one
 * architecture by their {@link StageAverage}.
 */
export class SequenceEnsemble {
  readonly #members: readonly SequenceClassifier[];
  readonly #networks: AveragedNetworks;

  private constructor(members: readonly SequenceClassifier[], networks: AveragedNetworks) {
    this.#members = members;
    this.#networks = networks;
  }

  /** @param members at least one, of one model. */
  static async create(device: Device, members: readonly SequenceParts[]): Promise<SequenceEnsemble> {
    const classifiers = await madeInTurn(members, (member) => SequenceClassifier.create(device, member));
    return new SequenceEnsemble(classifiers, averagedNetworks(members));
  }

  /** Beats of one record, in the order of time. A record shorter than a window is prolonged by its last beat. */
  async predict(beats: BeatInputs, onProgress?: (done: number, total: number) => void): Promise<SequencePredictions> {
    const average = new StageAverage(this.#networks);
    const size = this.#members.length;
    for (const [index, member] of this.#members.entries()) {
      const encoded = await member.encode(beats, (done, total) => onProgress?.(index * total + done, size * total));
      average.add(await member.callByStages(encoded, beats));
    }
    return average.result();
  }

  release(): void {
    for (const member of this.#members) member.release();
  }
}
