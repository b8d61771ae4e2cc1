import { EcgError } from '@ecgpu/ecg-dsp';
import type { RecordList } from './record-list.js';

/** Patients with several records, by database: the MIT-BIH Arrhythmia Database Directory says 201 and 202 are one man. */
const severalRecords: Readonly<Record<string, readonly (readonly string[])[]>> = { mitdb: [['201', '202']] };

/** One name for all records of a patient. */
export function patientOf(record: string, { database, patients }: RecordList): string {
  const own = patients && Object.hasOwn(patients, record) ? patients[record] : undefined;
  const known = severalRecords[database.toLowerCase()]?.find((group) => group.includes(record))?.join('+');
  return `${database.toLowerCase()}/${own ?? known ?? record}`;
}

/** What a list calls a record of a database: by the database too, where that is not its own. */
export function nameInList(record: string, database: string, list: Pick<RecordList, 'database'>): string {
  const of = database.toLowerCase();
  return of === list.database.toLowerCase() ? record : `${of}/${record}`;
}

export interface DisjointOptions {
  /**
   * Takes one patient's different records in both halves. For DS1 and DS2 only, which the field has used since 2004 with
   * the same man's 201 in one and 202 in the other.
   */
  readonly allowSharedPatients?: boolean;
}

/**
 * Refuses to test on what was trained on: the same record, or another record of the same patient.
 *
 * @returns the patients in both halves, empty unless they are allowed; to be told with the results.
 * @throws EcgError `RECORD_IN_BOTH_HALVES`, `PATIENT_IN_BOTH_HALVES`
 */
export function assertDisjoint(
  train: RecordList,
  test: RecordList,
  { allowSharedPatients = false }: DisjointOptions = {},
): string[] {
  const where = `${train.name}, ${test.name}`;
  const tested = new Set(test.records.map((name) => nameInList(name, test.database, train)));
  const same = train.records.filter((name) => tested.has(name));
  if (same.length > 0) {
    throw new EcgError('RECORD_IN_BOTH_HALVES', `In training and in test: ${same.join(', ')}.`, {
      where,
      fix: 'Take it out of one of them: a model knows the beats it has learned from.',
    });
  }
  const trained = new Set(train.records.map((name) => patientOf(name, train)));
  const shared = [...new Set(test.records.map((name) => patientOf(name, test)))].filter((one) => trained.has(one));
  if (shared.length > 0 && !allowSharedPatients) {
    throw new EcgError(
      'PATIENT_IN_BOTH_HALVES',
      `The patient of ${shared.join(', ')} has records in training and in test.`,
      {
        where,
        fix: 'Take the patient out of one of them, or allow shared patients where a published protocol has them.',
      },
    );
  }
  return shared;
}
