import { type RecordSource, readAnnotations } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../../ecg-dsp/test/data-folder.js';
import { annotatedBeats, countClasses } from '../data/annotated-beats.js';
import { assertDisjoint, nameInList, patientOf } from './disjoint.js';
import { type RecordList, readRecordList, withoutRecords } from './record-list.js';
import { loadSplit, splitNames } from './splits.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });
const records = (...names: string[]): RecordList => ({ name: names.join('-'), database: 'mitdb', records: names });

describe('the record lists that come with the package', () => {
  it('are known by their names', () => {
    expect(splitNames()).toEqual(['ds1', 'ds2', 'ds1-fold-1', 'ds1-fold-2', 'ds1-fold-3', 'mitdb']);
    expect(loadSplit('DS1').records).toHaveLength(22);
    expect(() => loadSplit('ds3')).toThrow(code('UNKNOWN_SPLIT'));
  });

  it('are halves of the records without paced ones, and thirds of the first half', () => {
    const [ds1, ds2] = [loadSplit('ds1').records, loadSplit('ds2').records];
    const paced = ['102', '104', '107', '217'];
    expect([...ds1, ...ds2, ...paced].sort()).toEqual(loadSplit('mitdb').records);
    const folds = [1, 2, 3].flatMap((fold) => loadSplit(`ds1-fold-${fold}`).records);
    expect(folds.sort()).toEqual(ds1);
  });

  it.for([
    ['ds1', { N: 45_866, S: 944, V: 3_788, F: 415, Q: 8 }, { N: 45_834, S: 976, V: 3_788, F: 415, Q: 8 }],
    ['ds2', { N: 44_259, S: 1_837, V: 3_221, F: 388, Q: 7 }, { N: 44_046, S: 2_050, V: 3_221, F: 388, Q: 7 }],
  ] as const)('%s has the beats that the literature counts', async ([name, dechazal, ec57], context) => {
    const source = folderSource(dataFolder(context, 'mitdb'));
    for (const [mapping, expected] of [
      ['dechazal', dechazal],
      ['ec57', ec57],
    ] as const) {
      expect(await classesOf(source, name, mapping), mapping).toEqual(expected);
    }
  });
});

async function classesOf(source: RecordSource, name: string, mapping: 'dechazal' | 'ec57') {
  const labels: number[] = [];
  for (const record of loadSplit(name).records) {
    const { annotations } = await readAnnotations(source, record, 'atr');
    labels.push(...annotatedBeats(annotations, mapping, Number.MAX_SAFE_INTEGER, record).labels);
  }
  return countClasses(labels);
}

describe('assertDisjoint', () => {
  it('refuses a record in both halves, whatever is allowed', () => {
    const mistake = () => assertDisjoint(records('100', '101'), records('101'), { allowSharedPatients: true });
    expect(mistake).toThrow(code('RECORD_IN_BOTH_HALVES'));
    expect(mistake).toThrow('101');
  });

  it('refuses 201 and 202, one man, unless shared patients are allowed', () => {
    expect(() => assertDisjoint(loadSplit('ds1'), loadSplit('ds2'))).toThrow(code('PATIENT_IN_BOTH_HALVES'));
    expect(assertDisjoint(loadSplit('ds1'), loadSplit('ds2'), { allowSharedPatients: true })).toEqual([
      'mitdb/201+202',
    ]);
    expect(() => assertDisjoint(records('202'), records('201'))).toThrow(code('PATIENT_IN_BOTH_HALVES'));
    expect(() => assertDisjoint({ ...records('202'), database: 'MITDB' }, records('201'))).toThrow(
      code('PATIENT_IN_BOTH_HALVES'),
    );
  });

  it('takes halves that share nothing', () => {
    expect(assertDisjoint(records('100'), records('101'))).toEqual([]);
    for (const fold of [1, 2, 3]) {
      const held = loadSplit(`ds1-fold-${fold}`);
      expect(assertDisjoint(withoutRecords(loadSplit('ds1'), held.records, 'rest'), held)).toEqual([]);
    }
    expect(assertDisjoint(records('100'), { ...records('100'), database: 'other' })).toEqual([]);
  });

  it("knows a record of another database by its name and that one's", () => {
    const clinic = (name: string) => ({ ...records(name), database: 'Clinic' });
    expect(nameInList('100', 'Clinic', records('100'))).toBe('clinic/100');
    expect(nameInList('100', 'MITDB', records('100'))).toBe('100');
    const trained = records('100', 'clinic/7');
    expect(() => assertDisjoint(trained, clinic('7'))).toThrow(code('RECORD_IN_BOTH_HALVES'));
    expect(assertDisjoint(trained, clinic('100'))).toEqual([]);
    expect(assertDisjoint(trained, records('7'))).toEqual([]);
  });

  it('believes what a list says of its patients', () => {
    const [one, two] = [records('a'), records('b')].map((list) => ({
      ...list,
      database: 'clinic',
      patients: { a: 'smith', b: 'smith' },
    }));
    expect(patientOf('a', one!)).toBe('clinic/smith');
    expect(() => assertDisjoint(one!, two!)).toThrow(code('PATIENT_IN_BOTH_HALVES'));
  });
});

describe('readRecordList', () => {
  it('reads JSON and keeps what it knows', () => {
    const list = { name: 'mine', database: 'mitdb', records: ['100', 'sub/a-1'], patients: { '100': 'p' } };
    expect(readRecordList(JSON.stringify({ ...list, remark: 1 }))).toEqual(list);
  });

  it.each([
    ['not JSON', '{'],
    ['no object', '[]'],
    ['no records', '{"name":"a","database":"b"}'],
    ['empty', '{"name":"a","database":"b","records":[]}'],
    ['a number', '{"name":"a","database":"b","records":[100]}'],
    ['a record twice', '{"name":"a","database":"b","records":["100","100"]}'],
    ['no name', '{"database":"b","records":["100"]}'],
    ['a name that leads elsewhere', '{"name":"../../a","database":"b","records":["100"]}'],
    ['a name that drives a terminal', '{"name":"a\\u001b[2J","database":"b","records":["100"]}'],
    ['a name of two words', '{"name":"a b","database":"b","records":["100"]}'],
    ['no database', '{"name":"a","records":["100"]}'],
    ['patients of another kind', '{"name":"a","database":"b","records":["100"],"patients":["x"],"source":""}'],
  ])('refuses a list that is %s', (_, json) => {
    expect(() => readRecordList(json)).toThrow(code('SPLIT_INVALID'));
  });

  it('refuses to leave out a record that is not there', () => {
    expect(() => withoutRecords(records('100'), ['101'], 'x')).toThrow(code('SPLIT_INVALID'));
  });
});
