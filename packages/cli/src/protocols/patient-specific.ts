import type { Device } from '@ecgpu/engine';
import {
  type BeatSet,
  callBeats,
  DEFAULT_FINETUNE,
  drawRehearsal,
  evaluateCalls,
  finetuneOnPatient,
  LIGHT_AUGMENTATION,
  loadBeatSet,
  openClassifier,
  type ParameterValues,
  type RecordCalls,
  requireKind,
  selectBeats,
} from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import type { Protocol } from './protocol.js';

/** What AAMI's protocol lets a patient's own model learn from, seconds. */
const OWN = 300;

/** Each record's first five minutes adapt the model to it; the rest is scored, with the model as it was and adapted. */
export const patientSpecific: Protocol = {
  heading: ({ provenance }, { name }) =>
    `Patient-specific: trained on ${provenance.records.length} records, fine-tuned on the first 5 minutes of each of ${name}, scored on the rest.`,
  score: async (loaded, { beats, source, device, console, seed }) => {
    const model = requireKind(loaded, 'beat', loaded.name);
    const set = await beats(model.contract);
    const trained = await loadBeatSet(source, model.provenance.records, model.contract, {
      margin: LIGHT_AUGMENTATION.shift,
    });
    const rehearsal = drawRehearsal(trained, seed);
    const line = console.progress('records');
    const before: RecordCalls[] = [];
    const after: RecordCalls[] = [];
    for (const [index, { name, fs }] of set.records.entries()) {
      line.update(index, set.records.length, name);
      const [own, rest] = split(set, index, OWN * fs);
      const settings = { ...DEFAULT_FINETUNE, seed };
      const values = await finetuneOnPatient(device, model.values, model.shape, own, rehearsal, settings);
      before.push(...(await calls(device, model, model.values, rest, name)));
      after.push(...(await calls(device, model, values, rest, name)));
    }
    line.end();
    const { mapping } = model.contract;
    return { evaluation: evaluateCalls(after, mapping), before: evaluateCalls(before, mapping) };
  },
};

function split(set: BeatSet, record: number, end: number): [BeatSet, BeatSet] {
  const own = [...set.recordOf.keys()].filter((beat) => set.recordOf[beat] === record);
  return [
    selectBeats(
      set,
      own.filter((beat) => set.peaks[beat]! < end),
    ),
    selectBeats(
      set,
      own.filter((beat) => set.peaks[beat]! >= end),
    ),
  ];
}

async function calls(
  device: Device,
  model: LoadedModel,
  values: ParameterValues,
  set: BeatSet,
  name: string,
): Promise<RecordCalls[]> {
  const classifier = await openClassifier(device, { ...model, values });
  try {
    return (await callBeats(set, classifier)).filter(({ record }) => record === name);
  } finally {
    classifier.release();
  }
}
