import { openDevice } from '@ecgpu/engine/node';
import { type BeatSet, type EncodedBeats, encodedBeats, withinPatientsSequence } from '@ecgpu/model';
import { expect, it } from 'vitest';
import { syntheticSet } from '../../../model/src/data/synthetic-set.fixture.js';
import { trainNetworksOfOthers } from './networks-of-others.js';
import type { TrainingProtocolContext } from './training-protocol.js';

const base = withinPatientsSequence();
const network = { ...base.sequence.network, beats: 8, encoding: 4, rhythm: 3, dense: 4, hidden: 3, classes: 4 };
const training = { ...base.sequence.training, epochs: 1, batchSize: 2 };
const config = {
  ...base,
  sequence: { ...base.sequence, network, training, stepsPerEpoch: 2 },
  judgement: { ...base.judgement, groups: 3, members: 2 },
};

function encoded(set: BeatSet, changed?: string): EncodedBeats {
  const rows = Float32Array.from({ length: set.count * 4 }, (_, i) => {
    const { name } = set.records[set.recordOf[Math.floor(i / 4)]!]!;
    return name === changed ? 1 : Math.sin(i);
  });
  return encodedBeats(set, [rows], 4);
}

it('learns for a group in which S was not shown from the other groups, and from nobody in it', async () => {
  const device = await openDevice({ kind: 'wasm' });
  const said: string[] = [];
  const console = {
    out: () => {},
    err: (text: string) => said.push(text),
    progress: () => ({ update: () => {}, end: () => {} }),
  };
  const learn = (set: BeatSet, changed?: string) => {
    const list = { name: 'some', database: 'none', records: set.records.map(({ name }) => name) };
    const context = { console, device, list, out: undefined } as unknown as TrainingProtocolContext;
    return trainNetworksOfOthers(context, 'test', encoded(set, changed), config);
  };
  try {
    // r0 and r3 are of the first group; r4 is too short to be asked about.
    const set = syntheticSet([{ N: 20 }, { N: 20, S: 4 }, { N: 20, S: 4 }, { N: 20, S: 4 }, { N: 5 }]);
    const networks = await learn(set);
    expect([0, 1, 2, 3, 4].map((record) => networks(record).length)).toEqual([2, 0, 0, 2, 0]);
    expect(networks(0)[0]).not.toEqual(networks(0)[1]);
    for (const own of ['r0', 'r3']) expect((await learn(set, own))(0)).toEqual(networks(0));
    expect((await learn(set, 'r1'))(0)).not.toEqual(networks(0));
    expect(said).toEqual([]);
    expect((await learn(syntheticSet([{ N: 20 }])))(0)).toEqual([]);
    expect(said).toEqual(['test: no other patients to learn from for group 1\n']);
  } finally {
    device.close();
  }
});
