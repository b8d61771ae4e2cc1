import { type Device, initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BeatSet, selectBeats } from '../data/beat-set.js';
import { syntheticSet } from '../data/synthetic-set.fixture.js';
import { NO_RULE } from '../logits/output-rule.js';
import { joinValues, type SequenceModel } from '../model-file/sequence-model.js';
import { beatEncoderParameters } from '../network/beat-encoder.js';
import { beatVectorLength } from '../network/lead-vectors.js';
import { sequenceNetworkParameters } from '../network/sequence-network.js';
import { BEAT_CONTRACT, withSecondLead } from '../preprocess/contract.js';
import { ALIKE_BEATS } from '../record/alike-beats.js';
import { RECORD_MEDIAN } from '../record/median.js';
import { adaptToPatient, prepareRehearsal } from './adapt.js';
import { mixValues } from './mix-values.js';

const encoder = { channels: 2, samples: 160, filters: [2, 2, 2, 2], hidden: 2, attention: 2, dropout: 0 } as const;
const network = { beats: 8, encoding: 4, features: 15, rhythm: 3, dense: 4, hidden: 3, classes: 4, dropout: 0.3 };
const members = 2;
const model: SequenceModel = {
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

  describe('with a relative stage', () => {
    const vector = { ...network, encoding: beatVectorLength(encoder, 2) };
    const contract = withSecondLead(BEAT_CONTRACT);
    const inTwoLeads = (first: BeatSet, second: BeatSet): BeatSet => ({ ...first, contract, second });
    const counts = { N: 60, S: 4, V: 6 };
    const record = inTwoLeads(syntheticSet([counts], 3), syntheticSet([counts], 4));
    const early = selectBeats(
      record,
      Array.from({ length: 50 }, (_, beat) => beat),
    );
    const trained = inTwoLeads(others, syntheticSet([{ N: 30, S: 3, V: 5, F: 2 }], 5));
    const stages = (fewestBeats: number): SequenceModel => ({
      ...{ ...model, shape: vector, contract },
      relative: { ...RECORD_MEDIAN, fewestBeats },
      values: new Map(
        Array.from({ length: members }, (_, member) => [
          ...joinValues(
            initialise(beatEncoderParameters(encoder), member),
            initialise(sequenceNetworkParameters(vector), 10 + member),
            member,
            initialise(sequenceNetworkParameters(vector), 20 + member),
          ),
        ]).flat(),
      ),
    });
    const isRelative = (name: string) => /(^|\.)relative\./.test(name);

    it('adapts both stages of every member, each for itself', async () => {
      const both = stages(70);
      const rehearsal = await prepareRehearsal(device, both, trained, 0);
      const options = { steps: 3, seed: 0, record };
      const all = await adaptToPatient(device, both, early, rehearsal, { ...options, share: 1 });
      expect([all.share, all.relative]).toEqual([1, { share: 1, heldBack: [] }]);
      expect([...all.values.keys()]).toEqual([...both.values.keys()]);
      for (const name of ['output.weight', 'member1.relative.output.weight'])
        expect(all.values.get(name)!.values).not.toEqual(both.values.get(name)!.values);
      // The stage that sees vectors as they are learns as it would without the other.
      const { relative: _, ...plain } = both;
      const alone = await adaptToPatient(device, plain, early, rehearsal, { ...options, share: 1 });
      for (const [name, { values }] of all.values)
        if (!isRelative(name)) expect(values).toEqual(alone.values.get(name)!.values);

      const guarded = await adaptToPatient(device, both, early, rehearsal, options);
      for (const { share, heldBack } of [guarded, guarded.relative!]) {
        const least = Math.min(...heldBack.map(({ loss }) => loss));
        expect(heldBack.find((each) => each.share === share)!.loss).toBe(least);
      }
      expect(guarded.relative!.heldBack).not.toEqual(guarded.heldBack);
    });

    it("takes the record's median from all of its beats, and no label of those it does not learn from", async () => {
      const both = stages(70);
      const options = { steps: 3, seed: 0, share: 1 };
      const adapt = (whole: BeatSet) => adaptToPatient(device, both, early, undefined, { ...options, record: whole });
      const { values } = await adapt(record);
      const unlabelled = record.labels.map((label, beat) => (beat < early.count ? label : 0));
      expect((await adapt({ ...record, labels: unlabelled })).values).toEqual(values);
      // Other signals later in the record do move the median.
      const other = inTwoLeads(syntheticSet([counts], 6), record.second!);
      const moved = (await adapt({ ...other, peaks: record.peaks })).values;
      for (const [name, { values: found }] of moved)
        if (!isRelative(name)) expect(found).toEqual(values.get(name)!.values);
      expect(moved.get('relative.join.weight')).not.toEqual(values.get('relative.join.weight'));
    });

    it('leaves the relative stage as it is where the record is not for it', async () => {
      const long = stages(71);
      const { values, relative } = await adaptToPatient(device, long, early, undefined, {
        steps: 3,
        seed: 0,
        record,
        share: 1,
      });
      expect(relative).toBeUndefined();
      for (const [name, { values: found }] of values)
        if (isRelative(name)) expect(found).toEqual(long.values.get(name)!.values);
    });

    it('refuses a record that has not the beats to learn from', async () => {
      const whole = selectBeats(
        record,
        Array.from({ length: 60 }, (_, i) => i + 10),
      );
      const adapting = adaptToPatient(device, stages(60), early, undefined, { seed: 0, record: whole });
      await expect(adapting).rejects.toMatchObject({ code: 'BEAT_SET', where: 'record' });
    });
  });

  it('goes as far as serves the beats held back', async () => {
    const { values, share, heldBack } = await adaptToPatient(device, model, own, undefined, { steps: 3, seed: 0 });
    const least = Math.min(...heldBack.map(({ loss }) => loss));
    expect(heldBack.find((each) => each.share === share)!.loss).toBe(least);
    expect(heldBack.every(({ loss }) => loss > 0)).toBe(true);
    if (share === 0) expect(values).toEqual(model.values);
  });

  it('asks the model as it was about S alone, and only where the patient has shown none', async () => {
    const options = { share: 1, steps: 3, seed: 0 };
    const unshownIn = async (set: BeatSet) => {
      const { patient } = await adaptToPatient(device, model, set, undefined, options);
      expect(patient).toMatchObject({ classes: model.contract.classes, alike: ALIKE_BEATS });
      expect(patient!.parent).toBe(model.values);
      return patient!.unshown;
    };
    expect(await unshownIn(own)).toEqual([]);
    expect(await unshownIn(syntheticSet([{ N: 40, V: 6 }]))).toEqual(['S']);
    expect(await unshownIn(syntheticSet([{ N: 40, S: 6 }]))).toEqual([]);
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
