import { expect, it } from 'vitest';
import { leadCount } from '../contract.js';
import { requireKind } from '../model-file.js';
import { loadModel } from './models.js';

it('ships two models that have learned from the same records, one of several members and two leads', async () => {
  const beat = requireKind(await loadModel('beat'), 'beat', 'beat');
  const sequence = requireKind(await loadModel('sequence'), 'sequence', 'sequence');
  expect(sequence.provenance.records).toEqual(beat.provenance.records);
  expect(sequence.provenance.dataHash).toBe(beat.provenance.dataHash);
  expect([sequence.members, leadCount(sequence.contract), leadCount(beat.contract)]).toEqual([3, 2, 1]);
});

it('calibrates both, on the records that each has learned from', async () => {
  const [beat, sequence] = await Promise.all([loadModel('beat'), loadModel('sequence')]);
  for (const { calibration, provenance } of [beat, sequence]) {
    expect(calibration!.folds.flat().sort()).toEqual(provenance.records);
  }
  // The encoder was taken before there was a temperature; it is of the file that the calibrated one names.
  expect(sequence.provenance.parent).toBe(beat.calibration!.of);
});

it('says which models there are where there is none of that name', async () => {
  await expect(loadModel('best')).rejects.toThrow(
    expect.objectContaining({ code: 'MODEL_NOT_FOUND', fix: expect.stringContaining('beat, sequence') }),
  );
});
