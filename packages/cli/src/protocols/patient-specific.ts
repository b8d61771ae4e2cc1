import { EcgError, type RecordSource } from '@ecgpu/ecg-dsp';
import {
  adaptToPatient,
  type BeatSet,
  callsOf,
  evaluateCalls,
  finetunedModel,
  LIGHT_AUGMENTATION,
  loadBeatSet,
  type Model,
  openClassifier,
  prepareRehearsal,
  type RecordCalls,
  type RecordList,
  type ScoredBeats,
  scoreBeats,
  selectBeats,
  withoutFusionCheck,
} from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import { trainingRecordsIn } from '../records/training-records.js';
import type { AdaptedRecord, Protocol } from './protocol.js';

/** What AAMI's protocol lets a patient's own model learn from, seconds. */
const OWN = 300;

/** Each record's first five minutes adapt the model to it; the rest is scored, with the model as it was and adapted. */
export const patientSpecific: Protocol = {
  heading: ({ kind, provenance }, { name }) =>
    `Patient-specific: trained on ${provenance.records.length} records, fine-tuned on the first 5 minutes of each of ${name}, scored on the rest. ` +
    'How far each model went from the one as it was, the last of these minutes decided.' +
    (kind === 'sequence' ? ' Beats of a record that look alike decide together.' : ''),
  score: async (model, { beats, source, list, device, console, seed }) => {
    refuseOneNameForTwo(list, model);
    await requireTrainingRecords(source, model);
    const set = await beats(model.contract);
    const trained = await loadBeatSet(source, model.provenance.records, model.contract, {
      margin: LIGHT_AUGMENTATION.shift,
    });
    const rehearsal = await prepareRehearsal(device, model, trained, seed);
    const line = console.progress('records');
    const before: RecordCalls[] = [];
    const after: RecordCalls[] = [];
    const adapted: AdaptedRecord[] = [];
    for (const [index, { name, fs }] of set.records.entries()) {
      line.update(index, set.records.length, name);
      const whole = beatsOfRecord(set, index);
      const own = beatsBefore(whole, OWN * fs);
      const { values, patient, ...went } = await adaptToPatient(device, model, own, rehearsal, { seed, record: whole });
      // Of the stage that calls the whole record.
      const { share } = went.relative ?? went;
      adapted.push({ record: name, share });
      const score = async (source: Model) => {
        const classifier = await openClassifier(device, withoutFusionCheck(source));
        try {
          return callsFrom(await scoreBeats(whole, classifier), OWN * fs, name);
        } finally {
          classifier.release();
        }
      };
      before.push(await score(model));
      const isSame = share === 0 && patient === undefined;
      after.push(isSame ? before.at(-1)! : await score(finetunedModel(model, values, model.provenance, patient)));
    }
    line.end();
    const { mapping } = model.contract;
    return { evaluation: evaluateCalls(after, mapping), before: evaluateCalls(before, mapping), adapted };
  },
};

/**
 * Both are read from one folder, and a record that the model has learned from is no test: of one name there, the test would be rehearsed.
 *
 * @throws EcgError `REHEARSAL_RECORDS`
 */
function refuseOneNameForTwo({ records, database }: RecordList, { name, provenance }: LoadedModel): void {
  const both = records.filter((record) => provenance.records.includes(record));
  if (both.length === 0) return;
  throw new EcgError(
    'REHEARSAL_RECORDS',
    `${both.join(', ')} of ${database} and of the training of ${name} have one name`,
    {
      where: both.join(', '),
      fix: "Each patient's beats are learned with those of the training records, from one folder: give the records other names in it.",
    },
  );
}

/** All of them are rehearsed. @throws EcgError `REHEARSAL_RECORDS` where some are not there */
async function requireTrainingRecords(source: RecordSource, model: LoadedModel): Promise<void> {
  const there = await trainingRecordsIn(source, model);
  const all = model.provenance.records;
  if (there.length === all.length) return;
  const missing = all.filter((record) => !there.includes(record));
  throw new EcgError(
    'REHEARSAL_RECORDS',
    `${missing.length} of the ${all.length} training records of ${model.name} are missing`,
    {
      where: missing.slice(0, 5).join(', '),
      fix: "Each patient's beats are learned with those of the training records beside them: name a folder by --data that has these too.",
    },
  );
}

/** One record's beats. */
function beatsOfRecord(set: BeatSet, record: number): BeatSet {
  return selectBeats(
    set,
    [...set.recordOf.keys()].filter((beat) => set.recordOf[beat] === record),
  );
}

/** Beats of one record before a sample index. */
export function beatsBefore(set: BeatSet, end: number): BeatSet {
  return selectBeats(
    set,
    [...set.peaks.keys()].filter((beat) => set.peaks[beat]! < end),
  );
}

/** Calls of a record's beats from a sample index on. Those before it were seen as their neighbours, without labels. */
export function callsFrom(scored: ScoredBeats, start: number, record: string): RecordCalls {
  const kept = [...scored.peaks.keys()].filter((beat) => scored.peaks[beat]! >= start);
  const { reference, predicted } = callsOf(scored).find((calls) => calls.record === record)!;
  return { record, reference: kept.map((beat) => reference[beat]!), predicted: kept.map((beat) => predicted[beat]!) };
}
