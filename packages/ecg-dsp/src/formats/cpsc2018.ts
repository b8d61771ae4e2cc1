import { EcgError } from '../errors.js';
import type { ReadLimits } from '../limits.js';
import type { EcgRecord } from '../record.js';
import { readMat5 } from './mat5.js';
import type { MatValue } from './mat5-values.js';

/** The order of leads in every file of the China Physiological Signal Challenge 2018. */
export const CPSC2018_LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

/** Samples per second of every recording of the challenge; the files do not say it. */
const FS = 500;

/**
 * A recording of the China Physiological Signal Challenge 2018 as its organisers published it (Liu et al. 2018): a MATLAB
 * structure `ECG` with `data` (12 leads x samples, mV, 500 Hz), `sex` and `age`. The files that PhysioNet published again
 * for its challenge of 2020 are WFDB records, for `readRecord`.
 *
 * @param name what the record is to be called.
 * @returns age and sex are in its comments, as PhysioNet's headers have them.
 * @throws EcgError of {@link readMat5}; `CPSC_LAYOUT` where the structure is another; `CPSC_VALUE` for samples that are not finite.
 */
export async function readCpsc2018(
  bytes: Uint8Array,
  name: string,
  options: { readonly limits?: Partial<ReadLimits> } = {},
): Promise<EcgRecord> {
  const ecg = (await readMat5(bytes, name, options)).get('ECG');
  const data = ecg?.kind === 'struct' ? ecg.fields.get('data') : undefined;
  const [leads = 0, length = 0] = data?.kind === 'array' ? data.shape : [];
  if (ecg?.kind !== 'struct' || data?.kind !== 'array' || data.shape.length !== 2 || leads !== CPSC2018_LEADS.length) {
    throw new EcgError('CPSC_LAYOUT', `${name} has no structure ECG with 12 leads as rows of its data`, {
      where: name,
      fix: 'Give a file as the China Physiological Signal Challenge 2018 published it, or a WFDB record.',
    });
  }
  const bad = data.data.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    throw new EcgError(
      'CPSC_VALUE',
      `Sample ${Math.floor(bad / leads)} of lead ${CPSC2018_LEADS[bad % leads]} of ${name} is no number`,
      { where: name, fix: 'Fetch the file again.' },
    );
  }
  return {
    name,
    fs: FS,
    length,
    leads: CPSC2018_LEADS.map((lead, row) => ({
      name: lead,
      units: 'mV',
      samples: Float64Array.from({ length }, (_, i) => data.data[i * leads + row]!),
    })),
    comments: [...comment('Age', ecg.fields.get('age')), ...comment('Sex', ecg.fields.get('sex'))],
    diagnostics: [],
  };
}

function comment(title: string, value: MatValue | undefined): string[] {
  if (value?.kind === 'text') return [`${title}: ${value.text}`];
  return value?.kind === 'array' && value.data.length === 1 ? [`${title}: ${value.data[0]}`] : [];
}
