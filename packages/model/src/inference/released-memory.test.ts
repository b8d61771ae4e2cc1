import { type Device, initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { expect, it } from 'vitest';
import { smallModel } from '../../test/small-sequence-model.js';
import { BeatExplainer } from '../explain/beat-explainer.js';
import { SequenceExplainer } from '../explain/sequence-explainer.js';
import { memberParts } from '../model-file/sequence-model.js';
import { type BeatNetworkShape, beatNetworkParameters } from '../network/beat-network.js';
import type { PatientCalls } from '../patient/calls.js';
import { PatientClassifier } from '../patient/classifier.js';
import { ALIKE_BEATS } from '../record/alike-beats.js';
import { RECORD_MEDIAN } from '../record/median.js';
import { BeatClassifier } from './beat-classifier.js';
import { SequenceEnsemble } from './sequence-ensemble.js';

const model = smallModel(1, 2, RECORD_MEDIAN);
const beat: BeatNetworkShape = { ...model.encoder, features: 2, dense: 3, classes: 3 };
const values = initialise(beatNetworkParameters(beat), 1);
const parts = memberParts(model);
const patient: PatientCalls = { unshown: ['S'], classes: ['N', 'S', 'V', 'F'], alike: ALIKE_BEATS, parent: new Map() };
const compiled: readonly ((device: Device) => Promise<{ release(): void }>)[] = [
  (device) => BeatClassifier.create(device, values, beat),
  (device) => BeatExplainer.create(device, values, beat),
  (device) => SequenceEnsemble.create(device, parts),
  (device) => PatientClassifier.create(device, { own: parts, parent: parts, patient }),
];

it('classifiers and explainers give their weights back with their programs', async () => {
  const device = await openDevice({ kind: 'cpu' });
  for (const make of [...compiled, async (device: Device) => new SequenceExplainer(device, parts)]) {
    const made = await make(device);
    expect(device.stats().bytesInUse).toBeGreaterThan(0);
    made.release();
    made.release();
    expect(device.stats().bytesInUse).toBe(0);
  }
});

it('and what they had put on a device where one of their programs is refused', async () => {
  const device = await openDevice({ kind: 'cpu' });
  const programs: number[] = [];
  for (const make of compiled) {
    for (let accepted = 0; ; accepted++) {
      let left = accepted;
      const refusing = new Proxy(device, {
        get(target, name) {
          if (name === 'compile' && left-- === 0) throw new Error('refused');
          const value = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const made = await make(refusing).catch((error: Error) => error);
      if (made instanceof Error) {
        expect(made.message).toBe('refused');
        expect(device.stats().bytesInUse).toBe(0);
        continue;
      }
      made.release();
      programs.push(accepted);
      break;
    }
  }
  // Of an encoder and two stages a network, and of a patient's classifier the stages it was made from.
  expect(programs).toEqual([1, 1, 6, 10]);
});
