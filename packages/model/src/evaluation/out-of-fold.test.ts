import { type Device, initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beatSetInputs, selectBeats } from '../data/beat-set.js';
import { syntheticSet } from '../data/synthetic-set.fixture.js';
import type { Model } from '../model-file/model-file.js';
import { BEAT_NETWORK, beatNetworkParameters } from '../network/beat-network.js';
import { BEAT_CONTRACT } from '../preprocess/contract.js';
import { openClassifier } from '../record-classifier.js';
import type { RecordList } from '../splits/record-list.js';
import { foldComplements, outOfFold } from './out-of-fold.js';
import { callsOf, joinScoredBeats } from './scored-beats.js';

const list: RecordList = { name: 'all', database: 'made up', records: ['r0', 'r1', 'r2', 'r3'] };
const folds: readonly RecordList[] = [
  { name: 'b', database: 'made up', records: ['r2', 'r1'] },
  { name: 'a', database: 'made up', records: ['r0', 'r3'] },
];
const shape = { ...BEAT_NETWORK, filters: [4, 4, 4, 4], hidden: 4, attention: 4, dense: 4 } as const;
const set = syntheticSet([{ N: 3, Q: 1 }, { N: 1, V: 2 }, { S: 2 }, { F: 1, N: 1 }]);

/** A model with initial weights that says what it has learned from. */
function modelOf(records: readonly string[], seed: number): Model {
  const provenance = { command: 'none', seed, device: 'none', records, version: '0.1.0' };
  const values = initialise(beatNetworkParameters(shape), seed);
  return { kind: 'beat', shape, contract: BEAT_CONTRACT, values, provenance };
}

const beats = async (records: readonly string[]) => {
  const wanted = [...set.labels.keys()].filter((b) => records.includes(set.records[set.recordOf[b]!]!.name));
  const chosen = selectBeats(set, wanted);
  const places = set.records.flatMap(({ name }, r) => (records.includes(name) ? [r] : []));
  const wide = set.templates.length / set.records.length;
  return {
    ...chosen,
    templates: Float32Array.from(places.flatMap((r) => [...set.templates.subarray(r * wide, (r + 1) * wide)])),
    recordOf: chosen.recordOf.map((r) => places.indexOf(r)),
    records: places.map((r) => set.records[r]!),
  };
};

describe('outOfFold', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'cpu' });
  });
  afterAll(() => device.close());

  it('scores every fold with the model that was trained without it', async () => {
    const asked: string[] = [];
    const train = async (rest: RecordList, fold: RecordList) => {
      asked.push(`${fold.name}: ${rest.name} ${rest.records.join(' ')}`);
      return modelOf(rest.records, asked.length);
    };
    const scored = await outOfFold(device, list, folds, { train, beats });
    expect(asked).toEqual(['b: all-without-b r0 r3', 'a: all-without-a r1 r2']);
    expect(scored.records).toEqual(['r1', 'r2', 'r0', 'r3']);
    // Record r0's Q beat is no class of the model.
    expect(scored.count).toBe(10);
    expect(callsOf(scored).map(({ record, reference }) => `${record} ${reference.join('')}`)).toEqual([
      'r1 NVV',
      'r2 SS',
      'r0 NNN',
      'r3 NF',
    ]);
    const classifier = await openClassifier(device, modelOf([], 2));
    const { logits } = await classifier.predict(beatSetInputs(await beats(['r3'])));
    expect([...scored.logits.subarray(8 * 4)]).toEqual([...logits]);
  });

  it('refuses a model that has seen its fold', async () => {
    const train = async () => modelOf(['r0', 'r1'], 0);
    await expect(outOfFold(device, list, folds, { train, beats })).rejects.toThrow(
      expect.objectContaining({ code: 'RECORD_IN_BOTH_HALVES' }),
    );
  });
});

describe('foldComplements', () => {
  it.each([
    ['a record twice', [folds[0]!, { ...folds[1]!, records: ['r2'] }], 'FOLDS_OVERLAP'],
    ['one fold', [folds[0]!], 'FOLDS_OVERLAP'],
    ['a stranger', [folds[0]!, { ...folds[1]!, records: ['r9'] }], 'SPLIT_INVALID'],
  ])('refuses folds with %s', (_, given, code) => {
    expect(() => foldComplements(list, given)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses folds that share a patient', () => {
    const mitdb = { name: 'two', database: 'mitdb', records: ['201', '202'] };
    const given = mitdb.records.map((record) => ({ name: record, database: 'mitdb', records: [record] }));
    expect(() => foldComplements(mitdb, given)).toThrow(expect.objectContaining({ code: 'PATIENT_IN_BOTH_HALVES' }));
  });
});

describe('joinScoredBeats', () => {
  it('refuses a record that is in two parts, and other classes', () => {
    const part = {
      classes: ['N', 'V'] as const,
      records: ['1'],
      count: 1,
      recordOf: Uint16Array.of(0),
      peaks: Int32Array.of(5),
      labels: Uint8Array.of(1),
      logits: Float32Array.of(1, 2),
    };
    expect(() => joinScoredBeats([part, part])).toThrow(/1 is in two of them/);
    expect(() => joinScoredBeats([part, { ...part, records: ['2'], classes: ['V', 'N'] }])).toThrow(/classes differ/);
    expect(joinScoredBeats([part, { ...part, records: ['2'] }])).toMatchObject({
      count: 2,
      recordOf: Uint16Array.of(0, 1),
    });
  });
});
