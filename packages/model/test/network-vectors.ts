import { readFile } from 'node:fs/promises';
import { initialise, type ParameterValues, readSafetensors, type Safetensors } from '@ecgpu/engine';
import { BEAT_NETWORK, type BeatNetworkShape, beatNetworkParameters } from '../src/network/beat-network.js';
import { type ForeignTensor, fromPyTorch } from '../src/pytorch/tensor-names.js';

/** The network of the vectors: without dropout, which PyTorch draws otherwise. */
export const SHAPE: BeatNetworkShape = { ...BEAT_NETWORK, dropout: 0 };
export const BEATS = 32;

export async function readVectors(name: string): Promise<Safetensors['tensors']> {
  return readSafetensors(await readFile(new URL(`vectors/${name}.safetensors`, import.meta.url))).tensors;
}

/** Tensors `<prefix><PyTorch name>` of a file, in our names and layouts. */
export function inOurNames(tensors: Safetensors['tensors'], prefix: string, like?: ParameterValues): ParameterValues {
  const foreign = new Map<string, ForeignTensor>();
  for (const [name, { shape, values }] of tensors) {
    if (name.startsWith(prefix)) foreign.set(name.slice(prefix.length), { shape, values: values as Float32Array });
  }
  return fromPyTorch(foreign, like ?? initialise(beatNetworkParameters(SHAPE), 0));
}

export const floats = (tensors: Safetensors['tensors'], name: string) => tensors.get(name)!.values as Float32Array;
