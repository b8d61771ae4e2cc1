import { EcgError, type EcgRecord, type RecordSource, readRecord } from '@ecgpu/ecg-dsp';
import { readCpsc2018 } from '@ecgpu/ecg-dsp/formats';
import { recordFiles } from '../data/record-files.js';
import { cleanSignal } from '../preprocess/clean-signal.js';
import { inMillivolts } from '../preprocess/lead.js';
import type { RhythmContract } from './contract.js';

/** A file of the challenge has at most this many bytes; the longest recording (144 s) as doubles is 7 MB. */
const MOST_BYTES = 2 ** 26;

/** A recording as the network sees it, at the contract's rate. */
export interface RhythmSignal {
  readonly record: string;
  /** Samples of each lead. */
  readonly length: number;
  /** [leads, length], mV, filtered and clipped; 0 where the recording has none. */
  readonly samples: Float32Array;
}

/**
 * A recording by its name, in either form that CPSC 2018 is published in: WFDB where there is a header (PhysioNet's
 * challenge of 2020), else the organisers' MATLAB file.
 *
 * @throws EcgError `FILE_NOT_FOUND` where there is neither; of `readRecord` and `readCpsc2018`
 */
export async function readRecording(source: RecordSource, name: string): Promise<EcgRecord> {
  if (await exists(source, `${name}.hea`)) return readRecord(source, name);
  const file = `${name}.mat`;
  const size = await source.size(file);
  if (size > MOST_BYTES) {
    throw new EcgError('LIMIT', `${file} has ${size} bytes, more than any recording of the challenge`, {
      where: file,
      fix: 'Give a recording of minutes, not hours.',
    });
  }
  return readCpsc2018(await source.read(file, 0, size), name);
}

/** The files that hold a recording, for a hash of the data. */
export async function recordingFiles(source: RecordSource, name: string): Promise<string[]> {
  return (await exists(source, `${name}.hea`)) ? recordFiles(source, name) : [`${name}.mat`];
}

/** Whether there is a recording of this name, in either form. */
export async function hasRecording(source: RecordSource, name: string): Promise<boolean> {
  return (await exists(source, `${name}.hea`)) || exists(source, `${name}.mat`);
}

async function exists(source: RecordSource, file: string): Promise<boolean> {
  try {
    await source.size(file);
    return true;
  } catch (error) {
    if (error instanceof EcgError && error.code === 'FILE_NOT_FOUND') return false;
    throw error;
  }
}

/**
 * The contract's leads of a recording, filtered, at the network's rate.
 *
 * @throws EcgError `LEAD_NOT_FOUND` where one is missing, `LEAD_UNUSABLE` where too much of one is, `RECORD_TOO_SHORT` for
 *   less than a second; `UNITS_UNKNOWN`; `RATE_NOT_ACCEPTED`
 */
export function prepareRecording(record: EcgRecord, contract: RhythmContract): RhythmSignal {
  if (record.length < record.fs) {
    throw new EcgError('RECORD_TOO_SHORT', `${record.name} lasts ${(record.length / record.fs).toFixed(2)} s`, {
      where: record.name,
      fix: 'Give a recording of at least a second; those the models learn from last 6 s or more.',
    });
  }
  const channels = contract.leads.map((wanted) => {
    const lead = record.leads.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (lead === undefined) {
      throw new EcgError('LEAD_NOT_FOUND', `${record.name} has no lead ${wanted}`, {
        where: record.name,
        fix: `The model needs ${contract.leads.join(', ')}; it has ${record.leads.map(({ name }) => name).join(', ')}.`,
      });
    }
    const { samples, missing } = cleanSignal(inMillivolts(lead, record.name), record.fs, contract);
    const gaps = missing.reduce((sum, gap) => sum + gap, 0);
    if (gaps > contract.quality.maximumMissing * samples.length) {
      throw new EcgError(
        'LEAD_UNUSABLE',
        `Lead ${wanted} of ${record.name} lacks ${gaps} of ${samples.length} samples`,
        {
          where: record.name,
          fix: 'Nothing can be said of a recording without this lead.',
        },
      );
    }
    return samples;
  });
  const length = channels[0]!.length;
  const samples = new Float32Array(channels.length * length);
  for (const [row, channel] of channels.entries()) {
    for (let i = 0; i < length; i++) {
      samples[row * length + i] = Math.max(-contract.clip, Math.min(contract.clip, channel[i]!));
    }
  }
  return { record: record.name, length, samples };
}
