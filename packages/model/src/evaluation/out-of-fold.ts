import { EcgError } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import type { BeatSet } from '../data/beat-set.js';
import type { Model } from '../model-file/model-file.js';
import type { InputContract } from '../preprocess/contract.js';
import { openClassifier } from '../record-classifier.js';
import { assertDisjoint } from '../splits/disjoint.js';
import { type RecordList, withoutRecords } from '../splits/record-list.js';
import { joinScoredBeats, type ScoredBeats, scoreBeats } from './scored-beats.js';

export interface OutOfFoldSteps {
  /** Trains on the list without a fold; `name` is `<list>-without-<fold>`. May load what an earlier run has trained. */
  readonly train: (rest: RecordList, fold: RecordList) => Promise<Model>;
  /** The annotated beats of some records, as a contract has them. */
  readonly beats: (records: readonly string[], contract: InputContract) => Promise<BeatSet>;
  readonly onProgress?: (fold: RecordList, done: number, total: number) => void;
}

/**
 * Cross-validation by whole records: for each fold a model is trained on the rest of the list and classifies the fold.
 * What comes back is pooled in the order of the folds: every beat as a model calls it that has not seen its patient.
 *
 * @throws EcgError `FOLDS_OVERLAP` where a record or patient is in two folds; `SPLIT_INVALID` where one is not in the list;
 *   `RECORD_IN_BOTH_HALVES`, `PATIENT_IN_BOTH_HALVES` where a model that was trained knows a patient of its fold.
 */
export async function outOfFold(
  device: Device,
  list: RecordList,
  folds: readonly RecordList[],
  { train, beats, onProgress }: OutOfFoldSteps,
): Promise<ScoredBeats> {
  const rests = foldComplements(list, folds);
  const parts: ScoredBeats[] = [];
  for (const [index, fold] of folds.entries()) {
    const model = await train(rests[index]!, fold);
    const learned = { name: `training of ${fold.name}`, database: list.database, records: model.provenance.records };
    assertDisjoint(learned, fold);
    const set = await beats(fold.records, model.contract);
    const classifier = await openClassifier(device, model);
    try {
      parts.push(await scoreBeats(set, classifier, (done, total) => onProgress?.(fold, done, total)));
    } finally {
      classifier.release();
    }
  }
  return joinScoredBeats(parts);
}

/**
 * For each fold, the list without it.
 *
 * @throws EcgError `FOLDS_OVERLAP`, `SPLIT_INVALID`, `PATIENT_IN_BOTH_HALVES`
 */
export function foldComplements(list: RecordList, folds: readonly RecordList[]): RecordList[] {
  const records = folds.flatMap((fold) => fold.records);
  const twice = records.find((record, i) => records.indexOf(record) !== i);
  if (folds.length < 2 || twice !== undefined) {
    const what = twice === undefined ? `There are ${folds.length} folds.` : `Record ${twice} is in two folds.`;
    throw new EcgError('FOLDS_OVERLAP', what, {
      where: folds.map(({ name }) => name).join(', '),
      fix: 'Give two or more folds, each record in one of them.',
    });
  }
  return folds.map((fold) => {
    const rest = withoutRecords(list, fold.records, `${list.name}-without-${fold.name}`);
    assertDisjoint(rest, { ...fold, database: list.database });
    return rest;
  });
}
