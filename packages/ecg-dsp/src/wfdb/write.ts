import { EcgError } from '../errors.js';
import type { EcgRecord, Lead } from '../record.js';
import { encodeSamples } from './encode-signal.js';
import { formatHeader } from './format-header.js';
import { defaultAdcResolution, type SignalSpec } from './header.js';
import { rawFormat } from './signal-formats.js';

/** A file to be written: its name without folder, and its bytes. */
export interface WfdbFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface WriteRecordOptions {
  /** Record name; default the record's own. */
  readonly name?: string;
  /** Raw signal format of all leads. Default 16. */
  readonly format?: number;
  /** ADC units per physical unit, of all leads or of each. Default 1000: 1 µV for an ECG. */
  readonly gain?: number | readonly number[];
  /** Digital value of physical 0. Default 0. */
  readonly baseline?: number | readonly number[];
  readonly baseTime?: string;
  readonly baseDate?: string;
}

/**
 * The header and signal file of a record, all leads interleaved in one file. Values are rounded to the nearest ADC
 * unit; NaN becomes the format's code for a missing sample.
 * @throws EcgError SIG_RANGE where a value does not fit, SIG_MISSING where the format has no code for a missing sample,
 *   HDR_SYNTAX where a name cannot be written, SIG_FMT_UNKNOWN
 */
export function writeRecord(record: EcgRecord, options: WriteRecordOptions = {}): WfdbFile[] {
  const name = options.name ?? record.name;
  const { leads, length } = record;
  const format = rawFormat(options.format ?? 16);
  const each = (value: number | readonly number[] | undefined, lead: number, fallback: number): number =>
    (typeof value === 'number' ? value : value?.[lead]) ?? fallback;
  const digital = leads.map((lead, index) =>
    digitise(lead, length, each(options.gain, index, 1000), each(options.baseline, index, 0), format),
  );
  const signals = leads.map((lead, index): SignalSpec => {
    const samples = digital[index]!;
    return {
      file: `${name}.dat`,
      format: format.code,
      samplesPerFrame: 1,
      skew: 0,
      byteOffset: 0,
      gain: each(options.gain, index, 1000),
      calibrated: true,
      baseline: each(options.baseline, index, 0),
      units: lead.units,
      adcResolution: format.code === 8 ? defaultAdcResolution(8) : format.bits,
      adcZero: 0,
      initialValue: samples[0] ?? 0,
      checksum: checksum(samples),
      blockSize: 0,
      description: lead.name,
    };
  });
  const header = formatHeader({
    name,
    fs: record.fs,
    length,
    signals,
    comments: record.comments,
    ...(options.baseTime === undefined ? {} : { baseTime: options.baseTime }),
    ...(options.baseDate === undefined ? {} : { baseDate: options.baseDate }),
  });
  const files: WfdbFile[] = [{ name: `${name}.hea`, bytes: new TextEncoder().encode(header) }];
  if (leads.length > 0)
    files.push({ name: `${name}.dat`, bytes: encodeSamples(interleave(digital, format.code), format.code) });
  return files;
}

function digitise(
  lead: Lead,
  length: number,
  gain: number,
  baseline: number,
  format: ReturnType<typeof rawFormat>,
): Int32Array {
  const where = lead.name;
  if (!(Number.isFinite(gain) && gain !== 0 && Number.isInteger(baseline))) {
    throw new EcgError('SIG_RANGE', `Gain ${gain} with baseline ${baseline} cannot be written`, {
      where,
      fix: 'The gain is a number other than 0, the baseline a whole number.',
    });
  }
  if (lead.samples.length !== length) {
    throw new EcgError('SIG_LENGTH', `${where} has ${lead.samples.length} samples, the record ${length}`, {
      where,
      fix: 'All leads need as many samples as the record says.',
    });
  }
  const out = new Int32Array(length);
  // Format 8 stores differences, so the size of a value itself is not limited by its 8 bits.
  const highest = format.code === 8 ? 2 ** 31 - 1 : 2 ** (format.bits - 1) - 1;
  const lowest = -highest;
  for (let i = 0; i < length; i++) {
    const physical = lead.samples[i]!;
    if (Number.isNaN(physical)) {
      if (format.missing === undefined) {
        throw new EcgError('SIG_MISSING', `Sample ${i} of ${where} is missing; format ${format.code} cannot say so`, {
          where,
          fix: 'Use another format, for example 16.',
        });
      }
      out[i] = format.missing;
      continue;
    }
    const value = Math.floor(physical * gain + baseline + 0.5);
    if (!(value >= lowest && value <= highest)) {
      throw new EcgError(
        'SIG_RANGE',
        `Sample ${i} of ${where}, ${physical} ${lead.units}, does not fit format ${format.code}`,
        {
          where,
          fix: 'Use a lower gain, another baseline or a format with more bits, for example 32.',
        },
      );
    }
    out[i] = value;
  }
  return out;
}

function interleave(digital: readonly Int32Array[], format: number): Int32Array {
  const count = digital.length;
  const length = digital[0]?.length ?? 0;
  const flat = new Int32Array(count * length);
  for (const [lead, samples] of digital.entries()) {
    for (let i = 0; i < length; i++) {
      // The first difference of format 8 is taken from the header's initial value, which is the first sample.
      const before = format === 8 ? samples[Math.max(i - 1, 0)]! : 0;
      flat[i * count + lead] = samples[i]! - before;
    }
  }
  return flat;
}

function checksum(samples: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum = (sum + samples[i]!) | 0;
  return (sum << 16) >> 16;
}
