import { type Detection, detectBeats, detectBeatsInTwoLeads } from '@ecgpu/ecg-dsp';
import type { LeadSignal } from './lead.js';

/**
 * R peaks of the lead that a contract takes, by the default detector, with the help of the second lead where the contract looks
 * at two and the record has another one.
 *
 * @throws EcgError `FS_INVALID`, `FS_TOO_LOW`
 */
export function findBeats({ samples, fs }: LeadSignal, second: LeadSignal | undefined): Detection {
  return second ? detectBeatsInTwoLeads(samples, second.samples, fs) : detectBeats(samples, fs);
}
