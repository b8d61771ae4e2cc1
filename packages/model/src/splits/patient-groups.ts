import { EcgError } from '@ecgpu/ecg-dsp';
import { patientOf } from './disjoint.js';
import type { RecordList } from './record-list.js';

/**
 * Deals a list's patients to groups in turns, in the order of their first records, so that all records of a patient are in one group.
 *
 * @returns the group of each record, 0 … groups - 1, in the list's order; with fewer patients than groups some are empty.
 * @throws EcgError `PATIENT_GROUPS` for fewer than 2 groups.
 */
export function patientGroups(list: RecordList, groups: number): number[] {
  if (!(Number.isInteger(groups) && groups >= 2)) {
    throw new EcgError('PATIENT_GROUPS', `${groups} groups of patients.`, {
      where: 'groups',
      fix: 'Give a whole number of groups, 2 or more.',
    });
  }
  const patients = list.records.map((record) => patientOf(record, list));
  const order = [...new Set(patients)];
  return patients.map((patient) => order.indexOf(patient) % groups);
}
