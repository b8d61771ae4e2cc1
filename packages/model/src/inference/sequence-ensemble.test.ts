import { type Device, initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Calibration } from '../confidence/calibration.js';
import { probabilitiesAt } from '../confidence/temperature.js';
import { mostLikely } from '../logits/most-likely.js';
import { ruledLogits } from '../logits/output-rule.js';
import { joinValues, separateValues } from '../model-file/sequence-model.js';
import { type BeatEncoderShape, beatEncoderParameters } from '../network/beat-encoder.js';
import { beatVectorLength, joinLeads } from '../network/lead-vectors.js';
import { type SequenceNetworkShape, sequenceNetworkParameters } from '../network/sequence-network.js';
import { SEQUENCE_CONTRACT } from '../preprocess/contract.js';
import { lessMedian, type RelativeStage, recordMedian } from '../record/median.js';
import { type SelfTraining, selfTrained } from '../record/self-training.js';
import { openClassifier } from '../record-classifier.js';
import type { BeatInputs } from './beat-classifier.js';
import { EncoderProgram } from './encoder-program.js';
import { SequenceStage } from './sequence-stage.js';

const encoder: BeatEncoderShape = {
  channels: 1,
  samples: 16,
  filters: [2, 2, 2, 2],
  hidden: 2,
  attention: 2,
  dropout: 0,
};
const shape: SequenceNetworkShape = {
  beats: 6,
  encoding: beatVectorLength(encoder, 2),
  features: 2,
  rhythm: 2,
  dense: 3,
  hidden: 2,
  classes: 3,
  dropout: 0,
};
const rule = { class: 1, bias: -1, fibrillation: 2 };
const COUNT = 20;

/** The values of a member as a model of its own, or as member `place` of one. */
const member = (seed: number, place = 0) =>
  joinValues(
    initialise(beatEncoderParameters(encoder), seed),
    initialise(sequenceNetworkParameters(shape), seed),
    place,
  );

describe('a sequence model of two leads and two members', () => {
  let device: Device;
  const waves = (phase: number) => Float32Array.from({ length: COUNT * 16 }, (_, i) => Math.sin(i * i + phase));
  const beats: BeatInputs = {
    count: COUNT,
    windows: waves(0),
    features: Float32Array.from({ length: COUNT * 2 }, (_, i) => Math.cos(3 * i)),
  };
  const second = (phase: number, present: number) => ({
    second: { windows: waves(phase), present: new Uint8Array(COUNT).fill(present) },
  });
  const predict = async (
    values: ReturnType<typeof member>,
    members: number,
    inputs: BeatInputs,
    of = rule,
    relative?: RelativeStage,
    calibration?: Calibration,
    selfTraining?: SelfTraining,
  ) => {
    const classifier = await openClassifier(device, {
      ...{ kind: 'sequence', encoder, shape, members, rule: of, contract: SEQUENCE_CONTRACT, values },
      ...(relative ? { relative } : {}),
      ...(calibration ? { calibration } : {}),
      ...(selfTraining ? { selfTraining } : {}),
    });
    try {
      return await classifier.predict(inputs);
    } finally {
      classifier.release();
    }
  };
  beforeAll(async () => {
    device = await openDevice({ kind: 'cpu' });
  });
  afterAll(() => device.close());

  it('averages what its members say, and then applies the rule once', async () => {
    const unruled = { ...rule, bias: 0, fibrillation: 0 };
    const inputs = { ...beats, ...second(1, 1) };
    const both = new Map([...member(1), ...member(2, 1)]);
    const [one, two, mean] = [
      await predict(member(1), 1, inputs, unruled),
      await predict(member(2), 1, inputs, unruled),
      await predict(both, 2, inputs, unruled),
    ];
    for (const [i, logit] of mean.logits.entries()) {
      expect(logit).toBeCloseTo((one.logits[i]! + two.logits[i]!) / 2, 5);
    }
    const ruled = await predict(both, 2, inputs);
    const moved = [...ruled.logits.keys()].filter((i) => ruled.logits[i] !== mean.logits[i]);
    expect(moved).toEqual(Array.from({ length: COUNT }, (_, beat) => beat * 3 + 1));
  });

  it('looks at a second lead where it is present, and only there', async () => {
    const values = member(1);
    const alone = await predict(values, 1, beats);
    const absent = await predict(values, 1, { ...beats, ...second(1, 0) });
    expect(absent.logits).toEqual(alone.logits);
    const [a, b] = [
      await predict(values, 1, { ...beats, ...second(1, 1) }),
      await predict(values, 1, { ...beats, ...second(2, 1) }),
    ];
    expect(a.logits).not.toEqual(alone.logits);
    expect(a.logits).not.toEqual(b.logits);
  });

  describe('with a relative stage', () => {
    const never = { class: 1, share: 1 };
    const stage: RelativeStage = { to: 'record-median', fewestBeats: COUNT, mostOfClass: never };
    const ofStage = (seed: number, place: number) =>
      joinValues(new Map(), new Map(), place, initialise(sequenceNetworkParameters(shape), seed));
    const both = new Map([...member(1), ...member(2, 1)]);
    const withStage = new Map([...both, ...ofStage(7, 0), ...ofStage(8, 1)]);
    const inputs = { ...beats, ...second(1, 1) };

    /** By hand: each member's vectors less their median, and what its other network says of them. */
    const relatively = (members: number) =>
      Promise.all(
        Array.from({ length: members }, async (_, place) => {
          const own = separateValues(withStage, place);
          const program = await EncoderProgram.create(device, own.encoder, encoder);
          const encode = (windows: Float32Array) =>
            program.encode(COUNT, (to, a, b) => to.set(windows.subarray(a * 16, b * 16)));
          const [first, other] = [await encode(beats.windows), await encode(inputs.second.windows)];
          const rows = joinLeads(first, other, inputs.second.present, first.length / COUNT);
          const stage = await SequenceStage.create(device, own.relative, shape);
          const vectors = lessMedian(rows, recordMedian(rows, shape.encoding));
          return { vectors, ...(await stage.classify(COUNT, vectors, beats.features)) };
        }),
      );

    it('asks it about a whole record of two leads, in every member', async () => {
      const found = await predict(withStage, 2, inputs, rule, stage);
      expect(found.logits).not.toEqual((await predict(both, 2, inputs)).logits);
      const each = await relatively(2);
      const logits = each[0]!.logits.map((logit, i) => (logit + each[1]!.logits[i]!) / 2);
      const odds = each[0]!.fibrillation.map((x, beat) => (x + each[1]!.fibrillation[beat]!) / 2);
      const wanted = ruledLogits(logits, odds, 3, rule).logits;
      for (const [i, logit] of found.logits.entries()) expect(logit).toBeCloseTo(wanted[i]!, 5);
    });

    describe('that trains itself', () => {
      // Of networks that have learned nothing: every call counts as sure.
      const own: SelfTraining = { classes: [0, 1, 2], confidence: 0.01, fewestBeats: 1, share: 0.5 };
      const train = (members: number, of: BeatInputs, ruled = rule, calibration?: Calibration) =>
        predict(withStage, members, of, ruled, stage, calibration, own);
      /** Lifts class 1 so far that half of the beats are called it: there is nothing to learn where all are of one class. */
      const halves = async (members: number) => {
        const { logits } = await predict(withStage, members, inputs, { ...rule, bias: 0, fibrillation: 0 }, stage);
        const margins = Array.from(
          { length: COUNT },
          (_, n) => Math.max(logits[3 * n]!, logits[3 * n + 2]!) - logits[3 * n + 1]!,
        );
        return { class: 1, bias: margins.sort((a, b) => a - b)[COUNT / 2]!, fibrillation: 0 };
      };

      it.each([1, 2])('fits one head to the vectors of all of its %i members', async (members) => {
        const ruled = await halves(members);
        const found = await train(members, inputs, ruled);
        const before = await predict(withStage, members, inputs, ruled, stage);
        expect(found.stage).toBe('relative');
        expect(found.logits).not.toEqual(before.logits);
        const vectors = (await relatively(members)).map((each) => each.vectors);
        const wanted = selfTrained(before.logits, 3, vectors, own);
        for (const [i, logit] of found.logits.entries()) expect(logit).toBeCloseTo(wanted[i]!, 5);
        expect(found.probabilities).toEqual(probabilitiesAt(found.logits, 3, 1));
      });

      it('does so before the temperature', async () => {
        const of = { folds: [['1']], beats: 1, eceBefore: 0, eceAfter: 0, command: 'none', of: '0' };
        const ruled = await halves(2);
        const { logits } = await train(2, inputs, ruled);
        const warm = await train(2, inputs, ruled, { ...of, temperature: 2 });
        expect(warm.logits).toEqual(logits);
        expect(warm.probabilities).toEqual(probabilitiesAt(logits, 3, 2));
      });

      it('leaves one lead, stretches and records of the other stage as they were, bit for bit', async () => {
        for (const other of [beats, { ...beats, ...second(1, 0) }, { ...inputs, stretch: true }]) {
          expect(await train(2, other)).toEqual(await predict(both, 2, other));
        }
        const plain = await predict(both, 2, inputs);
        // Every record of which the other stage calls a beat what it calls the first.
        const left = { ...stage, mostOfClass: { class: mostLikely(plain.logits.subarray(0, 3)), share: 0 } };
        expect(await predict(withStage, 2, inputs, rule, left, undefined, own)).toEqual(plain);
      });
    });

    it('gives the probabilities of each stage at its own temperature', async () => {
      const of = { folds: [['1']], beats: 1, eceBefore: 0, eceAfter: 0, command: 'none', of: '0' };
      const calibration = { ...of, temperature: 2, plain: { temperature: 0.5, eceBefore: 0, eceAfter: 0 } };
      for (const [asked, name, temperature] of [
        [inputs, 'relative', 2],
        [beats, 'plain', 0.5],
      ] as const) {
        const { logits, probabilities, stage: called } = await predict(withStage, 2, asked, rule, stage, calibration);
        expect(called).toBe(name);
        expect(probabilities).toEqual(probabilitiesAt(logits, 3, temperature));
      }
    });

    it('leaves a record to the other of which that one calls too large a share a class, in all members alike', async () => {
      const plain = await predict(both, 2, inputs);
      const called = Array.from({ length: COUNT }, (_, beat) =>
        mostLikely(plain.logits.subarray(beat * 3, beat * 3 + 3)),
      );
      const most = [0, 1, 2].map((c) => called.filter((one) => one === c).length);
      const seen = most.indexOf(Math.max(...most));
      const share = most[seen]! / COUNT;
      const of = (share: number) => ({ ...stage, mostOfClass: { class: seen, share } });
      expect((await predict(withStage, 2, inputs, rule, of(share))).stage).toBe('relative');
      expect(await predict(withStage, 2, inputs, rule, of(share - 1 / COUNT))).toEqual(plain);
    });

    it('leaves one lead, stretches and short records to the other, bit for bit', async () => {
      const absent = { ...beats, ...second(1, 0) };
      for (const other of [beats, absent, { ...inputs, stretch: true }]) {
        expect(await predict(withStage, 2, other, rule, stage)).toEqual(await predict(both, 2, other));
      }
      const longer = { ...stage, fewestBeats: COUNT + 1 };
      expect(await predict(withStage, 2, inputs, rule, longer)).toEqual(await predict(both, 2, inputs));
    });
  });
});
