import { readFile } from 'node:fs/promises';
import { initialise, type ParameterValues, readSafetensors, type SafetensorsTensor } from '@ecgpu/engine';
import {
  BEAT_NETWORK,
  type BeatBatch,
  type BeatNetworkShape,
  beatNetworkParameters,
  emptyBatch,
  type ForeignTensor,
  fromPyTorch,
} from '@ecgpu/model';
import { repositoryFile } from './repository.js';

/** Without dropout, which every library draws otherwise: all contenders can be compared number by number. */
export const NETWORK: BeatNetworkShape = { ...BEAT_NETWORK, dropout: 0 };

/** Loss weights by class, N S V F, as a class-weighted training has them. */
const CLASS_WEIGHTS = [0.714, 1.643, 1.16, 3.506];

const VECTORS = repositoryFile('packages/model/test/vectors/network-inputs.safetensors');

export interface Beats {
  readonly values: ParameterValues;
  /** The same weights by their names in PyTorch. */
  readonly foreign: ReadonlyMap<string, SafetensorsTensor>;
  batch(size: number): BeatBatch;
}

/** Trained weights and beats of real records, of which batches of any size are made. */
export async function loadBeats(): Promise<Beats> {
  const { tensors } = readSafetensors(await readFile(VECTORS));
  const foreign = new Map<string, SafetensorsTensor>();
  for (const [name, tensor] of tensors) {
    if (name.startsWith('weights/')) foreign.set(name.slice('weights/'.length), tensor);
  }
  const values = fromPyTorch(
    foreign as ReadonlyMap<string, ForeignTensor>,
    initialise(beatNetworkParameters(NETWORK), 0),
  );
  const [window, rhythm, label] = ['window', 'rhythm', 'label'].map((name) => tensors.get(name)!.values);
  return { values, foreign, batch: (size) => repeat(window!, rhythm!, label!, size) };
}

/** The beats over and over, each time a little larger, so that no two rows are the same. */
function repeat(
  window: ArrayLike<number>,
  rhythm: ArrayLike<number>,
  label: ArrayLike<number>,
  size: number,
): BeatBatch {
  const batch = emptyBatch(size, NETWORK);
  const [samples, features] = [NETWORK.channels * NETWORK.samples, NETWORK.features];
  for (let row = 0; row < size; row++) {
    const beat = row % label.length;
    const gain = 1 + 0.02 * Math.floor(row / label.length);
    for (let i = 0; i < samples; i++) batch.window[row * samples + i] = gain * window[beat * samples + i]!;
    for (let i = 0; i < features; i++) batch.rhythm[row * features + i] = rhythm[beat * features + i]!;
    batch.label[row] = label[beat]!;
    batch.weight[row] = CLASS_WEIGHTS[label[beat]!]!;
  }
  return batch;
}
