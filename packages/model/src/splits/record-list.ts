import { EcgError } from '@ecgpu/ecg-dsp';

/** Which records belong together, as committed to a file, so that an evaluation can be repeated. */
export interface RecordList {
  readonly name: string;
  /** Database the records are of, for example `mitdb`; records of two databases are never the same. */
  readonly database: string;
  readonly version?: string;
  readonly description?: string;
  /** Who drew it up. */
  readonly source?: string;
  /** Names of records, each once. */
  readonly records: readonly string[];
  /** Whose records they are, for those whose patient is known to have several. */
  readonly patients?: Readonly<Record<string, string>>;
}

/**
 * A record list from JSON text, or from what was parsed from it.
 *
 * @throws EcgError `SPLIT_INVALID`, naming the field.
 */
export function readRecordList(source: unknown, where = 'split'): RecordList {
  const value = typeof source === 'string' ? parse(source, where) : source;
  if (!isObject(value)) throw invalid(where, 'It is not a JSON object.');
  const records = value['records'];
  if (!Array.isArray(records) || records.length === 0 || !records.every(isRecordName))
    throw invalid(`${where}.records`, 'There is no list of record names.');
  const names = records as string[];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(`${where}.records`, `Record ${twice} stands twice.`);
  const text = (field: string): string | undefined => {
    const found = value[field];
    if (found === undefined || (typeof found === 'string' && found !== '')) return found;
    throw invalid(`${where}.${field}`, `${field} is not a text.`);
  };
  const required = (field: string): string => {
    const found = text(field);
    if (found === undefined) throw invalid(`${where}.${field}`, `${field} is missing.`);
    return found;
  };
  const patients = value['patients'];
  if (patients !== undefined && !(isObject(patients) && Object.values(patients).every((x) => typeof x === 'string')))
    throw invalid(`${where}.patients`, 'patients does not give a name for each record in it.');
  const optional = { version: text('version'), description: text('description'), source: text('source'), patients };
  const name = required('name');
  if (!/^[\p{L}\p{N}_+=,@()-][\p{L}\p{N}._+=,@()-]{0,99}$/u.test(name))
    throw invalid(`${where}.name`, 'The name is not one word of letters and digits: folders are called by it.');
  return {
    name,
    database: required('database'),
    records: names,
    ...Object.fromEntries(Object.entries(optional).filter(([, found]) => found !== undefined)),
  };
}

/** The list without some records, for example a training half without the fold that is held out. */
export function withoutRecords(list: RecordList, heldOut: readonly string[], name: string): RecordList {
  const absent = heldOut.find((record) => !list.records.includes(record));
  if (absent !== undefined) throw invalid(list.name, `Record ${absent} is not in ${list.name}.`);
  return { ...list, name, records: list.records.filter((record) => !heldOut.includes(record)) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecordName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w./-]+$/.test(value);
}

function parse(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw invalid(where, 'It is not JSON.', cause);
  }
}

function invalid(where: string, message: string, cause?: unknown): EcgError {
  return new EcgError('SPLIT_INVALID', `${where}: ${message}`, {
    where,
    fix: 'Write { "name": …, "database": "mitdb", "records": ["100", …] }, each record once.',
    ...(cause === undefined ? {} : { cause }),
  });
}
