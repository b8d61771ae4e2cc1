/**
 * Whether a stream, cut into chunks of random sizes, gives for every record the beats, classes and probabilities of the
 * causal form given the whole record at once.
 *
 *   ECG_DATA=path/to/data npx vite-node --config vitest.config.ts benchmarks/stream-agreement.ts [beat|sequence|FILE] [RECORD...]
 *
 * ECG_DATA holds `mitdb`; without names all its 48 records are streamed. Prints one JSON document, and fails where a beat differs.
 */
import { join } from 'node:path';
import { readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { RandomGenerator } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import {
  ClassifierStream,
  classifyCausally,
  type LeadSignal,
  loadSplit,
  openClassifier,
  STREAM_CLASSIFIER,
  type StreamedBeat,
  takeLead,
} from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';

const data = process.env['ECG_DATA'];
if (data === undefined) throw new Error('ECG_DATA is not set');
const mitdb = folderSource(join(data, 'mitdb'));
const [name = 'beat', ...named] = process.argv.slice(2);
const records = named.length > 0 ? named : (await loadSplit('mitdb')).records;
const model = await loadModel(name);
const device = await openDevice({ kind: 'wasm' });
const classifier = await openClassifier(device, model, STREAM_CLASSIFIER);
const random = new RandomGenerator(48);

let [beats, chunks] = [0, 0];
const differing: { record: string; beats: number }[] = [];
for (const each of records) {
  const record = await readRecord(mitdb, each);
  const whole = (await classifyCausally(record, model, classifier)).beats.map((beat) => JSON.stringify(beat));
  const { signal, second } = takeLead(record, model.contract);
  const cut = ({ samples }: LeadSignal, from: number, to: number) => Array.prototype.slice.call(samples, from, to);
  const stream = await ClassifierStream.open(device, model, record.fs);
  const found: StreamedBeat[] = [];
  for (let at = 0; at < record.length; chunks++) {
    // From single samples to minutes, each length as likely as its double.
    const size = Math.ceil(2 ** (random.uniform() * 16));
    found.push(...(await stream.push(cut(signal, at, at + size), second && cut(second, at, at + size))));
    at += size;
  }
  found.push(...(await stream.flush()));
  stream.release();
  const streamed = found.map(({ latency: _, ...beat }) => JSON.stringify(beat));
  const unequal = Array.from({ length: Math.max(whole.length, streamed.length) }, (_, i) => i).filter(
    (i) => whole[i] !== streamed[i],
  );
  if (unequal.length > 0) differing.push({ record: each, beats: unequal.length });
  beats += whole.length;
  process.stderr.write(`${each}: ${whole.length} beats, ${unequal.length} differ\n`);
}
device.close();
const result = { model: model.name, hash: model.hash, records: records.length, beats, chunks, differing };
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(differing.length > 0 ? 1 : 0);
