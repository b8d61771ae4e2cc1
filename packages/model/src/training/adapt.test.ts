import { type Device, initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beatEncoderParameters } from '../beat-encoder.js';
import { BEAT_CONTRACT } from '../contract.js';
import { syntheticSet } from '../data/synthetic-set.fixture.js';
import type { Model } from '../model-file.js';
import { NO_RULE } from '../output-rule.js';
import { joinValues } from '../sequence-model.js';
import { sequenceNetworkParameters } from '../sequence-network.js';
import { adaptToPatient, prepareRehearsal } from './adapt.js';
import { mixValues } from './mix-values.js';

const encoder = { channels: 2, samples: 160, filters: [2, 2, 2, 2], hidden: 2, attention: 2, dropout: 0 } as const;
const network = { beats: 8, encoding: 4, features: 15, rhythm: 3, dense: 4, hidden: 3, classes: 4, dropout: 0.3 };
const members = 2;
const model: Model = {
  kind: 'sequence',
  encoder,
  shape: network,
  members,
  rule: NO_RULE,
  contract: BEAT_CONTRACT,
  values: new Map(
    Array.from({ length: members }, (_, member) => [
      ...joinValues(
        initialise(beatEncoderParameters(encoder), member),
        initialise(sequenceNetworkParameters(network), 10 + member),
        member,
      ),
    ]).flat(),
  ),
  provenance: { command: 'none', seed: 0, device: 'none', records: ['r0'], version: '0.1.0' },
};
const own = syntheticSet([{ N: 40, S: 4, V: 6 }]);
const others = syntheticSet([{ N: 30, S: 3, V: 5, F: 2 }], 2);

describe('adaptToPatient', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'wasm' });
  });
  afterAll(() => device.close());

  it('leaves the encoder of a sequence model as it is, and tunes every member', async () => {
    const rehearsal = await prepareRehearsal(device, model, others, 0);
    const options = { share: 1, steps: 3, seed: 0 };
    const { values, share } = await adaptToPatient(device, model, own, rehearsal, options);
    expect(share).toBe(1);
    expect([...values.keys()].sort()).toEqual([...model.values.keys()].sort());
    for (const [name, { values: found }] of values) {
      const same = name.includes('encoder.');
      if (same) expect(found).toEqual(model.values.get(name)!.values);
    }
    for (const name of ['output.weight', 'member1.output.weight']) {
      expect(values.get(name)!.values).not.toEqual(model.values.get(name)!.values);
    }
    expect((await adaptToPatient(device, model, own, rehearsal, options)).values).toEqual(values);
    const alone = await adaptToPatient(device, model, own, undefined, options);
    expect(alone.values).not.toEqual(values);
  });

  it('goes as far as serves the beats held back', async () => {
    const { values, share, heldBack } = await adaptToPatient(device, model, own, undefined, { steps: 3, seed: 0 });
    const least = Math.min(...heldBack.map(({ loss }) => loss));
    expect(heldBack.find((each) => each.share === share)!.loss).toBe(least);
    expect(heldBack.every(({ loss }) => loss > 0)).toBe(true);
    if (share === 0) expect(values).toEqual(model.values);
  });

  it('refuses what it cannot do', async () => {
    const refused = expect.objectContaining({ code: 'ADAPT_OPTION', fix: expect.any(String) });
    for (const options of [{ layers: 'all' as const }, { share: 2 }, { steps: 0 }]) {
      await expect(adaptToPatient(device, model, own, undefined, { ...options, seed: 0 })).rejects.toThrow(refused);
    }
  });
});

describe('mixValues', () => {
  it('lies between the two', () => {
    const value = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });
    const [parent, tuned] = [new Map([['x', value(0, 2)]]), new Map([['x', value(4, 2)]])];
    expect([...mixValues(parent, tuned, 0.25).get('x')!.values]).toEqual([1, 2]);
    expect(mixValues(parent, tuned, 0)).toEqual(parent);
    expect(mixValues(parent, tuned, 1)).toEqual(tuned);
  });
});
