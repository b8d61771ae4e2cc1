/**
 * A page of somebody who has nothing but the packages, type-checked against the built declarations as strictly as can be:
 * without skipLibCheck, and without the types of Node or WebGPU. Every entry is named, so that each one's declarations are read.
 */
import { detectBeats, fileListSource, readRecord } from '@ecgpu/ecg-dsp';
import { detectors } from '@ecgpu/ecg-dsp/detectors';
import { openDevice } from '@ecgpu/engine';
import {
  type BeatModel,
  type ClassifiedRecord,
  ClassifierStream,
  classifyRecord,
  decodeModel,
  openClassifier,
  type StreamedBeat,
} from '@ecgpu/model';

export * as ec57 from '@ecgpu/ecg-dsp/ec57';
export * as formats from '@ecgpu/ecg-dsp/formats';
export * as inspection from '@ecgpu/ecg-dsp/inspection';
export * as folders from '@ecgpu/ecg-dsp/node';
export * as noise from '@ecgpu/ecg-dsp/noise';
export * as streaming from '@ecgpu/ecg-dsp/streaming';
export * as wfdb from '@ecgpu/ecg-dsp/wfdb';
export * as writing from '@ecgpu/ecg-dsp/writing';
export * as modelFiles from '@ecgpu/model/node';
export * as onnx from '@ecgpu/model/onnx';
export * as rhythm from '@ecgpu/model/rhythm';

/** What the README says of a page. */
export async function classifyPicked(files: FileList, name: string, address: string): Promise<ClassifiedRecord> {
  const device = await openDevice();
  try {
    const model = decodeModel(new Uint8Array(await (await fetch(address)).arrayBuffer()));
    const classifier = await openClassifier(device, model);
    return await classifyRecord(await readRecord(fileListSource(files), name), model, classifier);
  } finally {
    device.close();
  }
}

export const beatsByAll = (samples: Float64Array, fs: number): number[] =>
  detectors.map((detector) => detectBeats(samples, fs, { detector }).samples.length);

export async function* classifyStream(
  model: BeatModel,
  chunks: AsyncIterable<Float64Array>,
): AsyncGenerator<StreamedBeat> {
  const stream = await ClassifierStream.open(await openDevice(), model, 360);
  for await (const chunk of chunks) yield* await stream.push(chunk);
  yield* await stream.flush();
}
