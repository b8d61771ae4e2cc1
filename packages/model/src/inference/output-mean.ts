import type { StageOutput } from './sequence-stage.js';

/** The mean of what several networks say of the same beats. */
export class OutputMean implements StageOutput {
  readonly logits: Float32Array;
  readonly fibrillation: Float32Array;
  readonly #networks: number;

  constructor(networks: number, beats: number, classes: number) {
    this.#networks = networks;
    this.logits = new Float32Array(beats * classes);
    this.fibrillation = new Float32Array(beats);
  }

  add({ logits, fibrillation }: StageOutput): void {
    for (const [i, logit] of logits.entries()) this.logits[i]! += logit / this.#networks;
    for (const [beat, odds] of fibrillation.entries()) this.fibrillation[beat]! += odds / this.#networks;
  }
}
