import { initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { expect, it } from 'vitest';
import { smallModel } from '../../test/small-sequence-model.js';
import { BeatExplainer } from '../explain/beat-explainer.js';
import { SequenceExplainer } from '../explain/sequence-explainer.js';
import { memberParts } from '../model-file/sequence-model.js';
import { type BeatNetworkShape, beatNetworkParameters } from '../network/beat-network.js';
import { BeatClassifier } from './beat-classifier.js';
import { SequenceEnsemble } from './sequence-ensemble.js';

it('classifiers and explainers give their weights back with their programs', async () => {
  const device = await openDevice({ kind: 'cpu' });
  const model = smallModel(1, 2);
  const beat: BeatNetworkShape = { ...model.encoder, features: 2, dense: 3, classes: 3 };
  const values = initialise(beatNetworkParameters(beat), 1);
  const parts = memberParts(model);
  for (const make of [
    () => BeatClassifier.create(device, values, beat),
    () => BeatExplainer.create(device, values, beat),
    () => SequenceEnsemble.create(device, parts),
    async () => new SequenceExplainer(device, parts),
  ]) {
    const made = await make();
    expect(device.stats().bytesInUse).toBeGreaterThan(0);
    made.release();
    made.release();
    expect(device.stats().bytesInUse).toBe(0);
  }
});
