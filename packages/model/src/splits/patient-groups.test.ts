import { describe, expect, it } from 'vitest';
import { patientOf } from './disjoint.js';
import { patientGroups } from './patient-groups.js';
import { loadSplit } from './splits.js';

describe('patientGroups', () => {
  it('deals patients in turns, and keeps the records of one together', () => {
    const list = { name: 'some', database: 'mitdb', records: ['100', '201', '233', '202', '234'] };
    expect(patientGroups(list, 3)).toEqual([0, 1, 2, 1, 0]);
    expect(patientGroups({ ...list, patients: { '234': '233' } }, 2)).toEqual([0, 1, 0, 1, 0]);
    expect(patientGroups({ ...list, database: 'other' }, 3)).toEqual([0, 1, 2, 0, 1]);
  });

  it('makes groups of MIT-BIH whose sizes differ by no more than a patient, and who share none', () => {
    const list = loadSplit('mitdb');
    const groups = patientGroups(list, 3);
    const patients = [0, 1, 2].map(
      (g) => new Set(list.records.filter((_, i) => groups[i] === g).map((r) => patientOf(r, list))),
    );
    expect(patients.map(({ size }) => size)).toEqual([16, 16, 15]);
    expect(new Set(patients.flatMap((names) => [...names])).size).toBe(47);
  });

  it('refuses to make fewer than two', () => {
    for (const groups of [1, 0, 2.5, Number.NaN]) {
      expect(() => patientGroups(loadSplit('ds1'), groups)).toThrow(
        expect.objectContaining({ code: 'PATIENT_GROUPS', fix: expect.any(String) }),
      );
    }
  });
});
