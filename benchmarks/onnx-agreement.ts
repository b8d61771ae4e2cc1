/**
 * Whether ONNX Runtime gives with an exported model the classes that are given here, on every annotated beat of DS2.
 *
 *   ECG_DATA=path/to/data npx vite-node --config vitest.config.ts benchmarks/onnx-agreement.ts [beat|sequence|FILE] [windows]
 *
 * ECG_DATA holds `mitdb`. Prints one JSON document, and fails where a class differs. A sequence model's file takes whole records.
 * With `windows` it is the file of windows instead, which are laid and averaged, and the output rule applied, by
 * `classifyExported`; that is compared with what the model gives of a stretch of a record. THREADS is how many threads
 * each side takes, one where it is not given.
 */
import { join } from 'node:path';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import {
  type BeatInputs,
  beatSetInputs,
  loadBeatSet,
  loadSplit,
  openClassifier,
  requireKind,
  withoutFusionCheck,
} from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import { classifyExported, exportModel, exportWindows, type OnnxFeed, recordFeeds } from '@ecgpu/model/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const data = process.env['ECG_DATA'];
if (data === undefined) throw new Error('ECG_DATA is not set');
const source = folderSource(join(data, 'mitdb'));
const model = await loadModel(process.argv[2] ?? 'beat');
const windows = process.argv[3] === 'windows';
const threads = Number(process.env['THREADS'] ?? 1);
const { classes } = model.shape;
const device = await openDevice({ kind: 'wasm', threads });
const classifier = await openClassifier(device, withoutFusionCheck(model));
const file = windows
  ? await exportWindows(device, requireKind(model, 'sequence', model.name))
  : await exportModel(device, model);
const session = await InferenceSession.create(file, { intraOpNumThreads: threads });

async function run(feeds: Readonly<Record<string, OnnxFeed>>): Promise<Readonly<Record<string, Float32Array>>> {
  const tensors = Object.entries(feeds).map(([name, feed]) => [name, new Tensor('float32', feed.data, feed.dims)]);
  const found = await session.run(Object.fromEntries(tensors));
  return Object.fromEntries(Object.entries(found).map(([name, tensor]) => [name, tensor.data as Float32Array]));
}

async function outputsOf(beats: BeatInputs): Promise<{ readonly logits: Float32Array; readonly relative?: boolean }> {
  if (model.kind === 'sequence' && windows) {
    const ofWindows = async (feeds: Readonly<Record<string, OnnxFeed>>) => {
      const { logits, fibrillation } = await run(feeds);
      return { logits: logits!, fibrillation: fibrillation! };
    };
    const { logits } = await classifyExported(model, beats, ofWindows);
    return { logits };
  }
  if (model.kind === 'sequence') {
    const { logits, relative } = await run(recordFeeds(model, beats));
    return { logits: logits!, relative: relative?.[0] === 1 };
  }
  const { channels, samples, features } = model.shape;
  const { logits } = await run({
    window: { data: beats.windows, dims: [beats.count, channels, samples] },
    rhythm: { data: beats.features, dims: [beats.count, features] },
  });
  return { logits: logits! };
}

const likeliest = (rows: Float32Array, beat: number) => {
  const row = rows.subarray(beat * classes, (beat + 1) * classes);
  return row.indexOf(Math.max(...row));
};
let [beats, differing, largest, largestLogit, withSecond, relativeRecords, otherStage] = [0, 0, 0, 0, 0, 0, 0];
const { records } = await loadSplit('ds2');
for (const record of records) {
  const inputs = beatSetInputs(await loadBeatSet(source, [record], model.contract));
  const own = await classifier.predict({ ...inputs, stretch: windows });
  const { logits, relative = false } = await outputsOf(inputs);
  if (relative) relativeRecords++;
  if (relative !== (own.stage === 'relative')) otherStage++;
  for (let beat = 0; beat < inputs.count; beat++) {
    if (likeliest(logits, beat) !== likeliest(own.logits, beat)) differing++;
  }
  for (const [i, logit] of logits.entries()) largest = Math.max(largest, Math.abs(logit - own.logits[i]!));
  for (const logit of own.logits) largestLogit = Math.max(largestLogit, Math.abs(logit));
  beats += inputs.count;
  withSecond += inputs.second?.present.reduce((sum, there) => sum + there, 0) ?? 0;
  process.stderr.write(`${record}: ${inputs.count} beats, ${differing} of ${beats} so far differ\n`);
}
device.close();
const result = {
  ...{ model: model.name, hash: model.hash, beats, differing, largestLogitDifference: largest, largestLogit },
  ...(model.kind === 'sequence'
    ? {
        ...{ takes: windows ? 'windows' : 'record', members: model.members, beatsWithSecondLead: withSecond },
        ...{ recordsOfRelativeStage: relativeRecords, recordsOfOtherStage: otherStage },
      }
    : {}),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(differing > 0 ? 1 : 0);
