import { initialise, readSafetensors, writeSafetensors } from '@ecgpu/engine';
import { describe, expect, it } from 'vitest';
import { FUSION_CHECK } from '../fusion/fusion-check.js';
import { NO_RULE } from '../logits/output-rule.js';
import { encodeModel, type Model } from '../model-file/model-file.js';
import { joinValues, type SequenceModel } from '../model-file/sequence-model.js';
import { beatEncoderParameters } from '../network/beat-encoder.js';
import { BEAT_NETWORK, beatNetworkParameters } from '../network/beat-network.js';
import { beatVectorLength } from '../network/lead-vectors.js';
import { SEQUENCE_NETWORK, sequenceNetworkParameters } from '../network/sequence-network.js';
import { BEAT_CONTRACT, SEQUENCE_CONTRACT } from '../preprocess/contract.js';
import { ALIKE_BEATS } from '../record/alike-beats.js';
import { SELF_TRAINING } from '../record/self-training.js';
import { decodePatientModel, encodePatientModel, finetunedModel, parentOf } from './model.js';

const provenance = {
  command: 'ecgpu finetune 233',
  seed: 1,
  device: 'none',
  records: ['101', '233'],
  version: '0.1.0',
};
const parent: Model = {
  kind: 'beat',
  shape: BEAT_NETWORK,
  contract: BEAT_CONTRACT,
  values: initialise(beatNetworkParameters(BEAT_NETWORK), 0),
  provenance: { ...provenance, command: 'ecgpu train', records: ['101'] },
};
const hash = 'ab'.repeat(32);
const head = (name: string) => name.startsWith('dense') || name.startsWith('output');
const tuned = new Map(
  [...parent.values].map(([name, tensor]) => [
    name,
    head(name) ? { ...tensor, values: tensor.values.map((x, i) => x + 0.03 * Math.sin(i)) } : tensor,
  ]),
);
const file = encodePatientModel(parent.values, hash, tuned, provenance);
const format = (message: string) =>
  expect.objectContaining({ code: 'FORMAT', message: expect.stringContaining(message), fix: expect.any(String) });

describe("a patient's model", () => {
  it('is a small file that names its parent', () => {
    expect(parentOf(file)).toBe(hash);
    expect(parentOf(encodeModel(parent))).toBeUndefined();
    // 4,036 weights of the head at a byte each; the whole model takes 218 kB.
    expect(file.length).toBeLessThan(5000);
    expect(encodePatientModel(parent.values, hash, parent.values, provenance).length).toBeLessThan(600);
  });

  it("gives the parent's model with the weights moved, to half a step", () => {
    const model = decodePatientModel(file, parent, hash);
    expect(model).toMatchObject({ kind: 'beat', shape: BEAT_NETWORK, provenance });
    for (const [name, { values }] of model.values) {
      const wanted = tuned.get(name)!.values;
      const step = head(name) ? 0.03 / 127 : 0;
      values.forEach((x, i) => {
        expect(Math.abs(x - wanted[i]!)).toBeLessThanOrEqual(0.51 * step);
      });
    }
    // What a file gives is what a file of it gives.
    const again = encodePatientModel(parent.values, hash, model.values, provenance);
    const values = decodePatientModel(again, parent, hash).values.get('dense.weight')!.values;
    const before = model.values.get('dense.weight')!.values;
    values.forEach((x, i) => {
      expect(x).toBeCloseTo(before[i]!, 6);
    });
  });

  it('leaves out what was measured of its parent: its temperature, and the check of fusion beats', () => {
    const network = { ...SEQUENCE_NETWORK, encoding: beatVectorLength(BEAT_NETWORK, 1) };
    const measured: SequenceModel = {
      ...{ kind: 'sequence', encoder: BEAT_NETWORK, shape: network, members: 1, rule: NO_RULE, fusion: FUSION_CHECK },
      ...{ contract: SEQUENCE_CONTRACT, provenance, values: parent.values },
      calibration: { temperature: 2, folds: [['1']], beats: 1, eceBefore: 0, eceAfter: 0, command: 'none', of: '0' },
    };
    const { fusion: _, calibration: __, ...left } = measured;
    const own = encodePatientModel(measured.values, hash, measured.values, provenance);
    expect(decodePatientModel(own, measured, hash)).toEqual(left);
  });

  describe('of a sequence', () => {
    const members = 1;
    const sequence: SequenceModel = {
      ...{ kind: 'sequence', encoder: BEAT_NETWORK, members, rule: NO_RULE, contract: BEAT_CONTRACT, provenance },
      shape: { ...SEQUENCE_NETWORK, features: 15 },
      values: joinValues(
        initialise(beatEncoderParameters(BEAT_NETWORK), 0),
        initialise(sequenceNetworkParameters({ ...SEQUENCE_NETWORK, features: 15 }), 0),
      ),
    };
    const calls = { unshown: ['S'] as const, alike: ALIKE_BEATS };
    const moved = new Map(
      [...sequence.values].map(([name, tensor]) => [
        name,
        name === 'output.bias' ? { ...tensor, values: tensor.values.map((x) => x + 1) } : tensor,
      ]),
    );
    const saved = encodePatientModel(sequence.values, hash, moved, provenance, calls);
    const read = (bytes: Uint8Array, of: SequenceModel = sequence) =>
      decodePatientModel(bytes, of, hash) as SequenceModel;

    it('knows what it leaves to its parent and to beats that look alike', () => {
      const { patient } = read(saved);
      expect(patient).toEqual({ ...calls, classes: BEAT_CONTRACT.classes, parent: sequence.values });
      expect(() => encodeModel(read(saved))).toThrow(format('is of a patient'));
    });

    it('has none of these where its file says none, also as the child of one that has', () => {
      const silent = encodePatientModel(sequence.values, hash, moved, provenance);
      expect(read(silent).patient).toBeUndefined();
      expect(read(silent, { ...sequence, patient: read(saved).patient! }).patient).toBeUndefined();
    });

    it('is refused where they cannot be followed', () => {
      const { tensors, metadata } = readSafetensors(saved);
      const said = (patient: unknown) => () =>
        read(writeSafetensors(new Map([...tensors]), { ...metadata, patient: JSON.stringify(patient) }));
      for (const unshown of ['S', ['S', 'S'], ['X'], [...BEAT_CONTRACT.classes], [1], null])
        expect(said({ ...calls, unshown })).toThrow(format('cannot be followed'));
      for (const wrong of [
        { neighbours: 0 },
        { neighbours: 1e9 },
        { neighbours: 1.5 },
        { share: 1 },
        { share: -0.1 },
        { share: '0' },
        { fewestBeats: -1 },
      ])
        expect(said({ ...calls, alike: { ...ALIKE_BEATS, ...wrong } })).toThrow(format('cannot be followed'));
      for (const alike of [undefined, null, []])
        expect(said({ ...calls, alike })).toThrow(format('cannot be followed'));
      expect(said(1)).toThrow(format("no readable 'patient'"));
    });
  });

  it('is refused with another parent, and damaged', () => {
    expect(() => decodePatientModel(file, parent, 'cd'.repeat(32))).toThrow(format('is not of the model cdcd'));
    expect(() => decodePatientModel(encodeModel(parent), parent, hash)).toThrow(format('but of none'));
    expect(() => decodePatientModel(file.subarray(0, 900), parent, hash)).toThrow(format(''));
    const { tensors, metadata } = readSafetensors(file);
    const changed = (more: Record<string, string>, without = '') => {
      const kept = new Map([...tensors].filter(([name]) => name !== without));
      return () => decodePatientModel(writeSafetensors(kept, { ...metadata, ...more }), parent, hash);
    };
    expect(changed({ parent: 'beat' })).toThrow(format('by a SHA-256'));
    expect(changed({ tensors: '["nothing"]' })).toThrow(format('which its parent does not have'));
    expect(changed({ tensors: '["dense.weight"]' })).toThrow(format('do not fit its parent'));
    expect(changed({ tensors: '{}' })).toThrow(format('has no differences'));
    expect(changed({}, 'steps')).toThrow(format('has no differences'));
    expect(changed({ provenance: '{}' })).toThrow(format('does not say how it was made'));
    const { values: words, shape } = tensors.get('differences')!;
    const flipped = new Map(tensors).set('differences', {
      dtype: 'I32',
      shape,
      values: Int32Array.from(words, (x, i) => (i === 7 ? x ^ 1 : x)),
    });
    expect(() => decodePatientModel(writeSafetensors(flipped, metadata), parent, hash)).toThrow(format('is damaged'));
    const beyond = Float32Array.from(tensors.get('steps')!.values, () => 3e38);
    const far = new Map(tensors).set('steps', { dtype: 'F32', shape: [beyond.length], values: beyond });
    expect(() => decodePatientModel(writeSafetensors(far, metadata), parent, hash)).toThrow(format('not finite'));
  });
});

describe('a fine-tuned model', () => {
  it('has neither the temperature of its parent nor its self-training', () => {
    const calibration = {
      temperature: 2,
      folds: [['1']],
      beats: 1,
      eceBefore: 0,
      eceAfter: 0,
      command: 'none',
      of: '0',
    };
    const given = { ...parent, calibration, selfTraining: SELF_TRAINING };
    expect(finetunedModel({ ...parent, calibration }, tuned)).toEqual({ ...parent, values: tuned });
    const sequence = { ...given, kind: 'sequence' } as unknown as Model;
    expect(finetunedModel(sequence, tuned, provenance)).toEqual({
      ...parent,
      kind: 'sequence',
      values: tuned,
      provenance,
    });
  });
});
