import { expect, it } from 'vitest';
import { requireKind } from '../model-file/model-file.js';
import { leadCount } from '../preprocess/contract.js';
import { loadModel } from './models.js';

it('ships two models that have learned from the same records, one of several members and two leads', async () => {
  const beat = requireKind(await loadModel('beat'), 'beat', 'beat');
  const sequence = requireKind(await loadModel('sequence'), 'sequence', 'sequence');
  expect(sequence.provenance.records).toEqual(beat.provenance.records);
  expect(sequence.provenance.dataHash).toBe(beat.provenance.dataHash);
  expect([sequence.members, leadCount(sequence.contract), leadCount(beat.contract)]).toEqual([3, 2, 1]);
});

it('calibrates `beat` on the records that it has learned from', async () => {
  const { calibration, provenance } = await loadModel('beat');
  expect(calibration!.folds.flat().sort()).toEqual(provenance.records);
});

it('says which models there are where there is none of that name', async () => {
  await expect(loadModel('.')).rejects.toThrow(
    expect.objectContaining({ message: "the model '.' cannot be read (EISDIR)" }),
  );
  await expect(loadModel('best')).rejects.toThrow(
    expect.objectContaining({ code: 'MODEL_NOT_FOUND', fix: expect.stringContaining('beat, sequence') }),
  );
});
