import { expect, it } from 'vitest';
import { SEQUENCE_CONTRACT, withSecondLead } from '../preprocess/contract.js';
import type { RecordClassifier } from '../record-classifier.js';
import { withFusionCheck } from './checked-classifier.js';
import { FUSION_CHECK } from './fusion-check.js';
import { madeUp, madeUpRecord } from './made-up-record.fixture.js';

const record = Object.assign(
  Array.from({ length: 360 }, (_, beat) => (beat % 12 === 11 ? madeUp('V', 'V', 0.7) : madeUp('N'))),
  { 6: madeUp('F', 'N'), 18: madeUp('N', 'F') },
);
const { beats, predicted } = madeUpRecord(record);

it('exchanges what is said of two classes, says how often, and leaves stretches as they are', async () => {
  let released = false;
  const networks: RecordClassifier = {
    predict: async () => ({ ...predicted, stage: 'relative' }),
    release: () => {
      released = true;
    },
  };
  const checked = withFusionCheck(networks, FUSION_CHECK, withSecondLead(SEQUENCE_CONTRACT));
  const { logits, probabilities, fusion, stage } = await checked.predict(beats);
  expect({ fusion, stage }).toEqual({ fusion: { toFusion: 1, fromFusion: 1 }, stage: 'relative' });
  expect([...logits.subarray(24, 28)]).toEqual([0, 0, 0, 6]);
  expect([...logits.subarray(72, 76)]).toEqual([6, 0, 0, 0]);
  expect(probabilities[27]).toBe(predicted.probabilities[24]);
  const unmoved = [...logits.keys()].filter((i) => logits[i] === predicted.logits[i]);
  expect(unmoved).toHaveLength(logits.length - 4);
  // What the networks said stays what they said.
  expect(predicted.logits[24]).toBe(6);

  const stretch = await checked.predict({ ...beats, stretch: true });
  expect(stretch).toEqual({ ...predicted, stage: 'relative' });
  checked.release();
  expect(released).toBe(true);
});
