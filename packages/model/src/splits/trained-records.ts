import type { Provenance } from '../model-file/provenance.js';
import type { RecordList } from './record-list.js';

/** The database of models whose file names none. */
const USUAL = 'mitdb';

/** What a model file says of the database that its records are of: nothing of the usual one. */
export function databaseNote(database: string): Pick<Provenance, 'database'> {
  return database.toLowerCase() === USUAL ? {} : { database };
}

/**
 * The records that a model has learned from, to hold a test against by `assertDisjoint`.
 *
 * @param model named, as errors tell it.
 * @param patients whose records they are, as the test's list has it: a model file does not say.
 */
export function trainedRecords(
  { name, provenance }: { readonly name: string; readonly provenance: Provenance },
  patients?: RecordList['patients'],
): RecordList {
  const { database = USUAL, records } = provenance;
  return { name: `the training set of ${name}`, database, records, ...(patients ? { patients } : {}) };
}
