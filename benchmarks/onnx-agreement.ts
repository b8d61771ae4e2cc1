/**
 * Whether ONNX Runtime gives with an exported model the classes that are given here, on every annotated beat of DS2.
 *
 *   ECG_DATA=../shared/data npx vite-node --config vitest.config.ts benchmarks/onnx-agreement.ts [beat|sequence|FILE]
 *
 * ECG_DATA holds `mitdb`. Prints one JSON document, and fails where a class differs. A sequence model's file is one window:
 * its windows are laid and averaged, and the output rule applied, by `classifyExported`.
 */
import { join } from 'node:path';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { type BeatInputs, beatSetInputs, loadBeatSet, loadSplit, openClassifier } from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import { classifyExported, exportModel, type WindowFeed } from '@ecgpu/model/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const data = process.env['ECG_DATA'];
if (data === undefined) throw new Error('ECG_DATA is not set');
const source = folderSource(join(data, 'mitdb'));
const model = await loadModel(process.argv[2] ?? 'beat');
const { classes } = model.shape;
const device = await openDevice({ kind: 'wasm' });
const classifier = await openClassifier(device, model);
const session = await InferenceSession.create(await exportModel(device, model));

async function run(feeds: Readonly<Record<string, WindowFeed>>): Promise<Readonly<Record<string, Float32Array>>> {
  const tensors = Object.entries(feeds).map(([name, feed]) => [name, new Tensor('float32', feed.data, feed.dims)]);
  const found = await session.run(Object.fromEntries(tensors));
  return Object.fromEntries(Object.entries(found).map(([name, tensor]) => [name, tensor.data as Float32Array]));
}

async function logitsOf(beats: BeatInputs): Promise<Float32Array> {
  if (model.kind === 'sequence') {
    const windows = async (feeds: Readonly<Record<string, WindowFeed>>) => {
      const { logits, fibrillation } = await run(feeds);
      return { logits: logits!, fibrillation: fibrillation! };
    };
    return (await classifyExported(model, beats, windows)).logits;
  }
  const { channels, samples, features } = model.shape;
  const { logits } = await run({
    window: { data: beats.windows, dims: [beats.count, channels, samples] },
    rhythm: { data: beats.features, dims: [beats.count, features] },
  });
  return logits!;
}

const likeliest = (rows: Float32Array, beat: number) => {
  const row = rows.subarray(beat * classes, (beat + 1) * classes);
  return row.indexOf(Math.max(...row));
};
let [beats, differing, largest, largestLogit, withSecond] = [0, 0, 0, 0, 0];
const { records } = await loadSplit('ds2');
for (const record of records) {
  const inputs = beatSetInputs(await loadBeatSet(source, [record], model.contract));
  // The relative stage is in no ONNX file.
  const own = await classifier.predict({ ...inputs, stretch: true });
  const logits = await logitsOf(inputs);
  for (let beat = 0; beat < inputs.count; beat++) {
    if (likeliest(logits, beat) !== likeliest(own.logits, beat)) differing++;
  }
  for (const [i, logit] of logits.entries()) largest = Math.max(largest, Math.abs(logit - own.logits[i]!));
  for (const logit of own.logits) largestLogit = Math.max(largestLogit, Math.abs(logit));
  beats += inputs.count;
  withSecond += inputs.second?.present.reduce((sum, there) => sum + there, 0) ?? 0;
  process.stderr.write(`${record}: ${inputs.count} beats\n`);
}
device.close();
const result = {
  ...{ model: model.name, hash: model.hash, beats, differing, largestLogitDifference: largest, largestLogit },
  ...(model.kind === 'sequence' ? { members: model.members, beatsWithSecondLead: withSecond } : {}),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(differing > 0 ? 1 : 0);
