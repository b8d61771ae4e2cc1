/**
 * What it costs to measure beats against those before them instead of the whole record: the same annotated beats, scored both ways.
 *
 *   ECG_DATA=../shared/data npx vite-node --config vitest.config.ts benchmarks/causal-accuracy.ts [beat|sequence|FILE] [SPLIT]
 *
 * ECG_DATA holds `mitdb`; the split is ds2 where none is named. Prints one JSON document: F1 of each class, pooled over the records.
 */
import { join } from 'node:path';
import { type BeatLabel, beatLabels, readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import {
  annotatedBeats,
  type ClassifiedBeat,
  classifyCausally,
  classifyRecord,
  evaluateCalls,
  openClassifier,
  type RecordCalls,
} from '@ecgpu/model';
import { loadModel, openSplit } from '@ecgpu/model/node';

const data = process.env['ECG_DATA'];
if (data === undefined) throw new Error('ECG_DATA is not set');
const source = folderSource(join(data, 'mitdb'));
const [name = 'beat', split = 'ds2'] = process.argv.slice(2);
const model = await loadModel(name);
const { classes, mapping } = model.contract;
const device = await openDevice({ kind: 'wasm' });
const classifier = await openClassifier(device, model);

const whole: RecordCalls[] = [];
const causal: RecordCalls[] = [];
for (const each of (await openSplit(split)).records) {
  const record = await readRecord(source, each);
  const { annotations } = await readAnnotations(source, each, 'atr', { fs: record.fs });
  const { samples: peaks, labels } = annotatedBeats(annotations, mapping, record.length, each);
  const callsOf = (beats: readonly ClassifiedBeat[]): RecordCalls => {
    const kept = beats.flatMap(({ class: called }, i) => {
      const reference = beatLabels[labels[i]!]!;
      return classes.includes(reference) ? [{ reference, called: called === '?' ? ('Q' as BeatLabel) : called }] : [];
    });
    return {
      record: each,
      reference: kept.map(({ reference }) => reference),
      predicted: kept.map(({ called }) => called),
    };
  };
  whole.push(callsOf((await classifyRecord(record, model, classifier, { peaks })).beats));
  causal.push(callsOf((await classifyCausally(record, model, classifier, { peaks })).beats));
  process.stderr.write(`${each}\n`);
}
device.close();
const figures = (calls: readonly RecordCalls[]) => {
  const { classes: of, overall } = evaluateCalls(calls, mapping);
  return {
    ...Object.fromEntries(classes.map((label) => [label, of[label].f1])),
    macroF1: overall.macroF1,
    accuracy: overall.accuracy,
  };
};
const result = {
  model: model.name,
  hash: model.hash,
  split,
  mapping,
  wholeRecord: figures(whole),
  causal: figures(causal),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
