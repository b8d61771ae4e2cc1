/**
 * Whether ONNX Runtime gives with the exported beat model the classes that are given here, on every annotated beat of DS2.
 *
 *   ECG_DATA=../shared/data npx vite-node --config vitest.config.ts benchmarks/onnx-agreement.ts [beat|FILE]
 *
 * ECG_DATA holds `mitdb`. Prints one JSON document, and fails where a class differs.
 */
import { join } from 'node:path';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { beatSetInputs, loadBeatSet, loadSplit, openClassifier, requireKind } from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import { exportModel } from '@ecgpu/model/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const data = process.env['ECG_DATA'];
if (data === undefined) throw new Error('ECG_DATA is not set');
const source = folderSource(join(data, 'mitdb'));
const name = process.argv[2] ?? 'beat';
const model = requireKind(await loadModel(name), 'beat', name);
const { channels, samples, features, classes } = model.shape;
const device = await openDevice({ kind: 'wasm' });
const classifier = await openClassifier(device, model);
const session = await InferenceSession.create(await exportModel(device, model));

const likeliest = (rows: Float32Array, beat: number) => {
  const row = rows.subarray(beat * classes, (beat + 1) * classes);
  return row.indexOf(Math.max(...row));
};
let [beats, differing, largest] = [0, 0, 0];
const { records } = await loadSplit('ds2');
for (const record of records) {
  const { count, windows, features: rhythm } = beatSetInputs(await loadBeatSet(source, [record], model.contract));
  const own = await classifier.predict({ count, windows, features: rhythm });
  const found = await session.run({
    window: new Tensor('float32', windows, [count, channels, samples]),
    rhythm: new Tensor('float32', rhythm, [count, features]),
  });
  const logits = found['logits']!.data as Float32Array;
  for (let beat = 0; beat < count; beat++) if (likeliest(logits, beat) !== likeliest(own.logits, beat)) differing++;
  for (const [i, logit] of logits.entries()) largest = Math.max(largest, Math.abs(logit - own.logits[i]!));
  beats += count;
  process.stderr.write(`${record}: ${count} beats\n`);
}
device.close();
const result = { model: model.name, hash: model.hash, beats, differing, largestLogitDifference: largest };
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(differing > 0 ? 1 : 0);
