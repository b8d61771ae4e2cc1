import { FUSION_CHECK, SELF_TRAINING, withoutSecondLead } from '@ecgpu/model';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import { expect, it } from 'vitest';
import { UsageError } from '../usage-error.js';
import { recordStepsOf, withRecordSteps } from './record-steps.js';

const beat = await loadModel('beat');
const sequence = (await loadModel('sequence')) as Extract<LoadedModel, { kind: 'sequence' }>;
const patient = { classes: [], unshown: [], alike: { neighbours: 1, share: 0, fewestBeats: 1 }, parent: new Map() };

it('a model takes the steps it is asked for, and is the same otherwise', () => {
  expect(recordStepsOf(sequence)).toEqual({ selfTraining: SELF_TRAINING });
  const both = withRecordSteps(sequence, { selfTraining: 'on', fusionCheck: 'on' });
  expect(both).toEqual({ ...sequence, fusion: FUSION_CHECK });
  expect(recordStepsOf(both)).toEqual({ selfTraining: SELF_TRAINING, fusion: FUSION_CHECK });
  const none = withRecordSteps(both, { selfTraining: 'off', fusionCheck: 'off' });
  expect(recordStepsOf(none)).toEqual({});
  expect(withRecordSteps(none, { selfTraining: 'on' })).toEqual(sequence);
  expect(withRecordSteps(beat, { selfTraining: 'off', fusionCheck: 'off' })).toBe(beat);
});

it('keeps the numbers of the model file', () => {
  const own = { ...sequence, fusion: { ...FUSION_CHECK, spread: 3 }, selfTraining: { ...SELF_TRAINING, share: 0.1 } };
  expect(withRecordSteps(own, { selfTraining: 'on', fusionCheck: 'on' })).toEqual(own);
});

it.each<[string, LoadedModel, 'selfTraining' | 'fusionCheck', RegExp]>([
  ['a beat model', beat, 'selfTraining', /^beat has no stage for whole records of two leads/],
  ['a beat model', beat, 'fusionCheck', /^beat is no model whose calls of fusion beats can be checked/],
  [
    'a model shown one lead',
    { ...sequence, contract: withoutSecondLead(sequence.contract) },
    'selfTraining',
    /^sequence has no stage for whole records/,
  ],
  ["a patient's model", { ...sequence, patient }, 'fusionCheck', /^sequence is no model whose calls of fusion/],
  [
    'a model without class F',
    { ...sequence, contract: { ...sequence.contract, classes: ['N', 'S', 'V'] } },
    'fusionCheck',
    /^sequence is no model whose calls of fusion/,
  ],
])('%s: %#, is refused what it cannot do', (_, model, step, message) => {
  const asked = () => withRecordSteps(model, { [step]: 'on' });
  expect(asked).toThrow(UsageError);
  expect(asked).toThrow(message);
});
