import type { EcgRecord } from '@ecgpu/ecg-dsp';
import { expect, it } from 'vitest';
import { BEAT_CONTRACT, withSecondLead } from './contract.js';
import { takeLead } from './lead.js';

/** A record of leads that are called and measured so. */
function recordOf(...leads: readonly (readonly [name: string, units: string])[]): EcgRecord {
  return {
    ...{ name: 'r', fs: 360, length: 2, comments: [], diagnostics: [] },
    leads: leads.map(([name, units]) => ({ name, units, samples: Float64Array.of(1, 2) })),
  };
}

it.each([
  ['ECG II', 'ECG V1', 'EKG II'],
  ['ECG', 'V5', 'ECG'],
  ['ecg mlii', 'ECG', 'ecg mlii'],
])('knows lead %s by the name that EDF gives it', (wanted, ...names) => {
  const { signal, diagnostics } = takeLead(recordOf(...names.map((name) => [name, 'mV'] as const)), BEAT_CONTRACT);
  expect(signal.lead.replace('EKG', 'ECG')).toBe(wanted);
  expect(diagnostics).toEqual([]);
});

it('takes the first voltage where it knows no lead, and the next one beside it', () => {
  const record = recordOf(['ABP', 'mmHg'], ['V5', 'uV'], ['CVP', 'mmHg'], ['V2', 'V']);
  const { signal, second, diagnostics } = takeLead(record, withSecondLead(BEAT_CONTRACT));
  expect([signal.lead, second?.lead]).toEqual(['V5', 'V2']);
  expect(second?.samples).toEqual(Float64Array.of(1000, 2000));
  expect(diagnostics.map(({ code }) => code)).toEqual(['LEAD_SUBSTITUTED']);
});

it('refuses what is no voltage where it was asked for, is called like the lead it wants or is all there is', () => {
  const refusal = expect.objectContaining({ code: 'UNITS_UNKNOWN' });
  expect(() => takeLead(recordOf(['V5', 'mV'], ['ABP', 'mmHg']), BEAT_CONTRACT, 'ABP')).toThrow(refusal);
  expect(() => takeLead(recordOf(['V5', 'mV'], ['II', 'mmHg']), BEAT_CONTRACT)).toThrow(refusal);
  expect(() => takeLead(recordOf(['ABP', 'mmHg']), BEAT_CONTRACT)).toThrow(refusal);
});
