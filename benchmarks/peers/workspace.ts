import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Parameters, type ParameterValue, writeSafetensors } from '@ecgpu/engine';
import { exportOnnx } from '@ecgpu/engine/onnx';
import type { BeatBatch } from '@ecgpu/model';
import { type Beats, NETWORK } from '../beats.js';
import { compileInference, REFERENCE } from './ecgpu.js';

/** The same weights and batch as files, for contenders in other processes; gone with `remove`. */
export interface Workspace {
  /** safetensors: `weights/<PyTorch name>`, window, rhythm, label, weight. */
  readonly beats: string;
  /** The inference network at this batch size. */
  readonly onnx: string;
  remove(): Promise<void>;
}

export async function makeWorkspace({ foreign, values }: Beats, batch: BeatBatch): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'ecgpu-bench-'));
  const size = batch.label.length;
  const { channels, samples, features } = NETWORK;
  const tensors = new Map<string, ParameterValue>();
  for (const [name, { shape, values: own }] of foreign) {
    tensors.set(`weights/${name}`, { shape, values: own as Float32Array });
  }
  tensors.set('window', { shape: [size, channels, samples], values: batch.window });
  tensors.set('rhythm', { shape: [size, features], values: batch.rhythm });
  tensors.set('label', { shape: [size], values: Float32Array.from(batch.label) });
  tensors.set('weight', { shape: [size], values: batch.weight });
  const files = { beats: join(folder, 'beats.safetensors'), onnx: join(folder, 'network.onnx') };
  await writeFile(files.beats, writeSafetensors(tensors));
  const device = await REFERENCE.open();
  const parameters = new Parameters(device, values);
  await writeFile(files.onnx, await exportOnnx(await compileInference(device, parameters, size), { parameters }));
  device.close();
  return { ...files, remove: () => rm(folder, { recursive: true, force: true }) };
}
