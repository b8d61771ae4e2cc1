import { initialise, readSafetensors, writeSafetensors } from '@ecgpu/engine';
import { describe, expect, it } from 'vitest';
import { FUSION_CHECK } from '../fusion/fusion-check.js';
import { beatEncoderParameters } from '../network/beat-encoder.js';
import { BEAT_NETWORK, beatNetworkParameters } from '../network/beat-network.js';
import { beatVectorLength } from '../network/lead-vectors.js';
import { SEQUENCE_NETWORK, sequenceNetworkParameters } from '../network/sequence-network.js';
import { BEAT_CONTRACT, type InputContract, SEQUENCE_CONTRACT, withSecondLead } from '../preprocess/contract.js';
import { RECORD_MEDIAN, type RelativeStage } from '../record/median.js';
import { SELF_TRAINING } from '../record/self-training.js';
import { decodeModel, encodeModel, type Model, requireKind } from './model-file.js';
import { joinValues, separateValues, withoutRelativeStage } from './sequence-model.js';

const provenance = { command: 'none', seed: 0, device: 'none', records: ['1'], version: '0.1.0' };
const beat: Model = {
  kind: 'beat',
  shape: BEAT_NETWORK,
  contract: BEAT_CONTRACT,
  values: initialise(beatNetworkParameters(BEAT_NETWORK), 0),
  provenance,
};
const encoder = {
  channels: 2,
  samples: 160,
  filters: [24, 48, 64, 64],
  hidden: 32,
  attention: 32,
  dropout: 0.3,
} as const;
const sequence: Model = {
  kind: 'sequence',
  encoder,
  shape: SEQUENCE_NETWORK,
  members: 1,
  rule: { class: 1, bias: -0.5, fibrillation: 2 },
  contract: SEQUENCE_CONTRACT,
  values: joinValues(
    initialise(beatEncoderParameters(encoder), 0),
    initialise(sequenceNetworkParameters(SEQUENCE_NETWORK), 0),
  ),
  provenance,
};
const small = { ...encoder, filters: [2, 2, 2, 2], hidden: 2, attention: 2 } as const;
const twoLeads = { ...SEQUENCE_NETWORK, encoding: beatVectorLength(small, 2), dense: 4, hidden: 3, rhythm: 3 };
const ensemble: Model = {
  ...sequence,
  encoder: small,
  shape: twoLeads,
  members: 3,
  contract: withSecondLead(SEQUENCE_CONTRACT),
  values: new Map(
    [0, 1, 2].flatMap((member) => [
      ...joinValues(
        initialise(beatEncoderParameters(small), member),
        initialise(sequenceNetworkParameters(twoLeads), member),
        member,
      ),
    ]),
  ),
};
const relative: Model = {
  ...ensemble,
  relative: RECORD_MEDIAN,
  values: new Map([
    ...ensemble.values,
    ...[0, 1, 2].flatMap((member) => [
      ...joinValues(new Map(), new Map(), member, initialise(sequenceNetworkParameters(twoLeads), 10 + member)),
    ]),
  ]),
};
const selfTraining: Model = { ...relative, selfTraining: SELF_TRAINING };
const checked: Model = { ...relative, fusion: FUSION_CHECK };
const calibration = {
  temperature: 1.5,
  folds: [['1'], ['2', '3']],
  beats: 10,
  eceBefore: 0.1,
  eceAfter: 0.02,
  command: 'none',
  of: '0',
};
const refused = (message: RegExp) =>
  expect.objectContaining({ name: 'EngineError', code: 'FORMAT', message: expect.stringMatching(message) });

/** The file with one metadata entry changed. */
function altered(model: Model, key: string, change: (value: Record<string, unknown>) => unknown): Uint8Array {
  const { metadata } = readSafetensors(encodeModel(model));
  return writeSafetensors(model.values, { ...metadata, [key]: JSON.stringify(change(JSON.parse(metadata[key]!))) });
}

/** The file with a relative stage in its metadata, and no tensors of it. */
function described(model: Model, stage: RelativeStage): Uint8Array {
  const { metadata } = readSafetensors(encodeModel(model));
  return writeSafetensors(model.values, { ...metadata, relative: JSON.stringify(stage) });
}

const leaving = (change: Record<string, unknown>) => (x: Record<string, unknown>) => ({
  ...x,
  mostOfClass: { ...(x['mostOfClass'] as object), ...change },
});

const withSecond = (contract: Record<string, unknown>) => withSecondLead(contract as unknown as InputContract);

describe('a model file', () => {
  it.each([beat, sequence, ensemble, relative, selfTraining, checked])(
    'gives back a $kind model as it was',
    (model) => {
      expect(decodeModel(encodeModel(model))).toEqual(model);
    },
  );

  it.each([beat, sequence])('gives back the temperature of a $kind model, and its weights as they were', (model) => {
    const file = encodeModel({ ...model, calibration });
    expect(decodeModel(file)).toEqual({ ...model, calibration });
    const { calibration: _, ...plain } = decodeModel(file);
    expect(encodeModel(plain)).toEqual(encodeModel(model));
  });

  it('has its calls of fusion beats checked where it says by what, and not where it says nothing', () => {
    expect(decodeModel(encodeModel(checked))).toEqual(checked);
    expect(readSafetensors(encodeModel(relative)).metadata).not.toHaveProperty('fusion');
    expect(decodeModel(encodeModel(relative))).toEqual(relative);
  });

  it('gives back a temperature for each stage', () => {
    const each = { ...calibration, plain: { temperature: 1.25, eceBefore: 0.2, eceAfter: 0.1 } };
    expect(decodeModel(encodeModel({ ...relative, calibration: each }))).toEqual({ ...relative, calibration: each });
    const wrong = { ...each, plain: { ...each.plain, temperature: 0 } };
    expect(() => decodeModel(encodeModel({ ...relative, calibration: wrong }))).toThrow(
      expect.objectContaining({ code: 'CONTRACT_INVALID', where: 'calibration.plain.temperature' }),
    );
  });

  it.each([0, -1, 1e9, null, '2'])('with a temperature of %s is refused', (temperature) => {
    const file = encodeModel({ ...beat, calibration: { ...calibration, temperature: temperature as number } });
    expect(() => decodeModel(file)).toThrow(
      expect.objectContaining({ code: 'CONTRACT_INVALID', where: 'calibration.temperature' }),
    );
  });

  it('keeps the tensors of a sequence model apart', () => {
    const { encoder: own, sequence: rest } = separateValues(sequence.values);
    expect([...own.keys()]).toEqual(Object.keys(beatEncoderParameters(encoder)));
    expect([...rest.keys()]).toEqual(Object.keys(sequenceNetworkParameters(SEQUENCE_NETWORK)));
  });

  it('keeps the members of a sequence model apart', () => {
    for (const member of [0, 1, 2]) {
      const { encoder: own, sequence: rest } = separateValues(ensemble.values, member);
      expect(own).toEqual(initialise(beatEncoderParameters(small), member));
      expect(rest).toEqual(initialise(sequenceNetworkParameters(twoLeads), member));
    }
  });

  it('keeps the stages of a member apart', () => {
    const { sequence: plain, relative: other } = separateValues(relative.values, 1);
    expect(plain).toEqual(separateValues(ensemble.values, 1).sequence);
    expect(other).toEqual(initialise(sequenceNetworkParameters(twoLeads), 11));
    expect(separateValues(ensemble.values, 1).relative.size).toBe(0);
  });

  it('of one stage does not speak of another, and is refused with the tensors of one', () => {
    const { metadata } = readSafetensors(encodeModel(ensemble));
    expect(metadata).not.toHaveProperty('relative');
    expect(() => decodeModel(writeSafetensors(relative.values, metadata))).toThrow(
      refused(/network does not: (member1\.)?relative\./),
    );
  });

  it('that trains itself needs the stage whose records it does that on', () => {
    const { metadata } = readSafetensors(encodeModel(selfTraining));
    const { relative: _, ...without } = metadata;
    expect(() => decodeModel(writeSafetensors(ensemble.values, without))).toThrow(refused(/has no such stage/));
    const plain = withoutRelativeStage(requireKind(selfTraining, 'sequence', 'model'));
    expect(decodeModel(encodeModel(plain))).toEqual(ensemble);
    const wrong = { ...selfTraining, selfTraining: { ...SELF_TRAINING, classes: [0, 1, 4] } };
    expect(() => decodeModel(encodeModel(wrong))).toThrow(
      expect.objectContaining({ code: 'CONTRACT_INVALID', where: 'selfTraining.classes[2]' }),
    );
  });

  it('of one network reads as it did before models had members', () => {
    const { metadata } = readSafetensors(encodeModel(sequence));
    expect(metadata).not.toHaveProperty('members');
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['another kind of file', altered(beat, 'network', (x) => x).slice(0, 100), /./],
    ['another window', altered(sequence, 'encoder', (x) => ({ ...x, samples: 168 })), /168 samples in a window/],
    ['an encoder of another width', altered(sequence, 'encoder', (x) => ({ ...x, hidden: 31 })), /cannot be built/],
    ['windows of no beats', altered(sequence, 'network', (x) => ({ ...x, beats: 0 })), /cannot be built/],
    ['other rhythm features', altered(sequence, 'network', (x) => ({ ...x, features: 15 })), /15 rhythm features/],
    ['a rule for no class', altered(sequence, 'rule', (x) => ({ ...x, class: 4 })), /output rule/],
    ['a rule of NaN', altered(sequence, 'rule', (x) => ({ ...x, bias: null })), /output rule/],
    ['a network without filters', altered(beat, 'network', (x) => ({ ...x, filters: 3 })), /cannot be built/],
    ['no members', altered(ensemble, 'members', () => 0), /0 members; it should be 1 to 16/],
    ['a million members', altered(ensemble, 'members', () => 1e6), /1000000 members/],
    ['fewer members than tensors', altered(ensemble, 'members', () => 2), /tensors its network does not: member2/],
    ['more members than tensors', altered(ensemble, 'members', () => 4), /'member3.*missing/],
    ['two leads and vectors of one', altered(sequence, 'contract', withSecond), /cannot be built/],
    ['a stage relative to what it does not know', altered(relative, 'relative', (x) => ({ ...x, to: 'mean' })), /mean/],
    ['a stage for records of no beats', altered(relative, 'relative', (x) => ({ ...x, fewestBeats: 0 })), /followed/],
    ['a stage for half beats', altered(relative, 'relative', (x) => ({ ...x, fewestBeats: 1.5 })), /followed/],
    ['a stage that leaves no share', altered(relative, 'relative', ({ mostOfClass: _, ...x }) => x), /followed/],
    ['a stage that leaves a share above 1', altered(relative, 'relative', leaving({ share: 1.5 })), /followed/],
    ['a stage that leaves a share of no class', altered(relative, 'relative', leaving({ class: 4 })), /followed/],
    ['a stage that leaves more to follow', altered(relative, 'relative', leaving({ record: 3 })), /followed/],
    ['a stage of more to follow', altered(relative, 'relative', (x) => ({ ...x, window: 3 })), /"window":3/],
    ['a stage that is a list', altered(relative, 'relative', () => []), /cannot be followed/],
    ['a stage and no tensors of it', described(ensemble, RECORD_MEDIAN), /'relative\..*missing/],
    ['a check of fusion beats of NaN', altered(checked, 'fusion', (x) => ({ ...x, spread: null })), /"spread":null/],
    ['a check by half a beat', altered(checked, 'fusion', (x) => ({ ...x, fewestBeats: 0.5 })), /cannot be followed/],
    ['a check by a share above 1', altered(checked, 'fusion', (x) => ({ ...x, onTime: 1.1 })), /cannot be followed/],
    ['a check that lacks a number', altered(checked, 'fusion', ({ spread: _, ...x }) => x), /cannot be followed/],
    ['a check of more to follow', altered(checked, 'fusion', (x) => ({ ...x, leads: 2 })), /"leads":2/],
    ['a check that is a list', altered(checked, 'fusion', () => []), /cannot be followed/],
    [
      'a check without a class F',
      altered(checked, 'contract', (x) => ({ ...x, classes: ['N', 'S', 'V', 'Q'] })),
      /class F/,
    ],
    ['a relative stage of one lead', described(sequence, RECORD_MEDIAN), /takes two leads/],
    ['two leads and one beat', altered(beat, 'contract', withSecond), /looks at one lead/],
    ['more classes than its contract', altered(beat, 'network', (x) => ({ ...x, classes: 5 })), /5 classes/],
    ['tensors of another shape', altered(beat, 'network', (x) => ({ ...x, dense: 47 })), /must be F32/],
  ])('with %s is refused', (_, bytes, message) => {
    expect(() => decodeModel(bytes)).toThrow(refused(message));
  });

  it('with a weight that is another than it was saved is refused', () => {
    const { metadata } = readSafetensors(encodeModel(beat));
    const values = new Map(beat.values);
    const bias = values.get('output.bias')!;
    values.set('output.bias', { ...bias, values: bias.values.map((x, i) => (i === 2 ? x + 2 ** -20 : x)) });
    expect(() => decodeModel(writeSafetensors(values, metadata))).toThrow(refused(/is damaged: the SHA-256/));
  });

  it('without a checksum of its weights is read', () => {
    const { weightsSha256, ...metadata } = readSafetensors(encodeModel(beat)).metadata;
    expect(weightsSha256).toMatch(/^[\da-f]{64}$/);
    expect(decodeModel(writeSafetensors(beat.values, metadata))).toEqual(beat);
  });

  it('of the wrong kind is refused by name', () => {
    expect(requireKind(beat, 'beat', 'a.safetensors')).toBe(beat);
    expect(() => requireKind(sequence, 'beat', 'a.safetensors')).toThrow(refused(/a\.safetensors is a sequence model/));
  });
});
