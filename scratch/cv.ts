import { readAnnotations, readRecord, beatLabels } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { annotatedBeats, openClassifier, evaluateCalls, loadSplit, networkInputs, prepareBeats, takeLead } from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import { mostLikely } from '../packages/model/src/classify.js';
import { joinPrepared, prepareCausally } from '../packages/model/src/streaming/prepare-causally.js';
import { streamContract } from '../packages/model/src/streaming/stream-contract.js';

const src = folderSource('/work/shared/data/mitdb');
const device = await openDevice({ kind: 'wasm' });
const mode = process.argv[2]!;
const folds: [string, readonly string[]][] = mode === 'ds2'
  ? [['beat', (await loadSplit('ds2')).records]]
  : await Promise.all([1,2,3].map(async (i) => [`/tmp/stream-cv/m${i}/model.safetensors`, (await loadSplit(`ds1-fold-${i}` as never)).records] as [string, readonly string[]]));
const R = (x: object) => (c: any) => {
  const { following = 10, ...rest } = x as any;
  const local = { before: 19 - following, after: following };
  return streamContract({ ...c, rhythm: { ...c.rhythm, local } }, { following, ...rest });
};
const variants: Record<string, any> = {
  'record-wide': null,
  'base f10': R({}),
  'settle 1': R({ settling: 1 }),
  'settle 4': R({ settling: 4 }),
  'f3': R({ following: 3 }),
  'f1': R({ following: 1 }),
  'f5': R({ following: 5 }),
  'template 100': R({ template: 101 }),
  'template 200': R({ template: 200 }),
  'scale 2000': R({ scale: 2000 }),
  'scale 100': R({ scale: 100 }),
  'intervals 300': R({ intervals: 300 }),
  'intervals 1000': R({ intervals: 1000 }),
  'f3 t100 s100 i300': R({ following: 3, template: 100, scale: 100, intervals: 300 }),
  'f1 t100 s100 i300': R({ following: 1, template: 100, scale: 100, intervals: 300 }),
  'f3 t200 s200 i500': R({ following: 3, template: 200, scale: 200, intervals: 500 }),
  'template 1000': R({ template: 1000 }),
};
const only = process.argv[3]?.split(',');
const calls: Record<string, any[]> = {};
for (const [m, records] of folds) {
  const model = await loadModel(m);
  const { classes } = model.contract;
  const classifier = await openClassifier(device, model);
  for (const name of records) {
    const record = await readRecord(src, name);
    const { annotations } = await readAnnotations(src, name, 'atr', { fs: record.fs });
    const { samples, labels } = annotatedBeats(annotations, model.contract.mapping, record.length, name);
    const { signal } = takeLead(record, model.contract);
    for (const [v, make] of Object.entries(variants)) {
      if (only && !only.includes(v)) continue;
      const inputs = make ? joinPrepared(prepareCausally(signal, samples, make(model.contract))) : networkInputs(prepareBeats(signal, samples, model.contract), model.contract);
      const { logits } = await classifier.predict(inputs);
      const reference: any[] = [], predicted: any[] = [];
      for (let b = 0; b < inputs.count; b++) {
        const a = beatLabels[labels[b]!]!;
        if (!classes.includes(a)) continue;
        reference.push(a); predicted.push(classes[mostLikely(logits.subarray(b * 4, b * 4 + 4))]);
      }
      (calls[v] ??= []).push({ record: name, reference, predicted });
    }
    process.stderr.write(`${name} `);
  }
}
const f = (x: any) => (100 * x).toFixed(1).padStart(5);
for (const [v, c] of Object.entries(calls)) {
  const e = evaluateCalls(c, 'dechazal');
  console.log(v.padEnd(16), ...(['N','S','V','F'] as const).map((k) => `${k} ${f(e.classes[k].f1)}`), 'macro', f(e.overall.macroF1), 'acc', f(e.overall.accuracy), 'score3', f((e.classes.N.f1! + e.classes.S.f1! + e.classes.V.f1!) / 3));
}
device.close();
process.exit(0);
