import { EcgError, type EcgRecord, type Lead, openRecord, type RecordSource, type WfdbRecord } from '@ecgpu/ecg-dsp';
import { leadsOf } from '../options/record-range.js';

/** Leads in the order in which they are looked for: the one the models were trained on first. */
const LEAD_PREFERENCE = ['MLII', 'II', 'I', 'ECG1', 'ECG', 'V5', 'V1'] as const;

/**
 * Reads one lead of a record, and no other, so that a long record of many leads needs no more memory than one of its leads.
 * @param wanted name or number; the preferred lead of those there where left out, or else the first
 * @throws EcgError LEAD_NOT_FOUND, LEAD_AMBIGUOUS, NO_LEADS, and those of reading
 */
export async function readLead(
  source: RecordSource,
  name: string,
  wanted?: string,
): Promise<{ readonly record: EcgRecord; readonly lead: Lead }> {
  const opened = await openRecord(source, name);
  const record = await opened.read({ leads: wanted === undefined ? [preferred(opened)] : leadsOf(opened, [wanted]) });
  return { record, lead: record.leads[0]! };
}

function preferred({ name: record, leads }: WfdbRecord): number {
  if (leads.length === 0) throw new EcgError('NO_LEADS', `record ${record} has no signals`, { where: record });
  for (const wanted of LEAD_PREFERENCE) {
    const index = leads.findIndex(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (index >= 0) return index;
  }
  return 0;
}
