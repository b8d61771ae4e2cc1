import { EcgError, type EcgRecord, type Lead } from '@ecgpu/ecg-dsp';

/** Leads in the order in which they are looked for: the one the models were trained on first. */
export const LEAD_PREFERENCE = ['MLII', 'II', 'I', 'ECG1', 'ECG', 'V5', 'V1'] as const;

/** The lead asked for by name, or the preferred one of those there, or the first. Throws LEAD_NOT_FOUND, NO_LEADS. */
export function chooseLead(record: EcgRecord, wanted?: string): Lead {
  const named = (name: string) => record.leads.find((lead) => lead.name.toLowerCase() === name.toLowerCase());
  const available = record.leads.map((lead) => lead.name).join(', ');
  if (wanted !== undefined) {
    const found = named(wanted);
    if (found) return found;
    throw new EcgError('LEAD_NOT_FOUND', `record ${record.name} has no lead '${wanted}'`, {
      where: record.name,
      fix: `It has: ${available || 'none'}.`,
    });
  }
  const [first] = record.leads;
  for (const name of LEAD_PREFERENCE) {
    const found = named(name);
    if (found) return found;
  }
  if (first) return first;
  throw new EcgError('NO_LEADS', `record ${record.name} has no signals`, { where: record.name });
}
