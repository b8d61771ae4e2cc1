import { EcgError, type WfdbRecord } from '@ecgpu/ecg-dsp';
import { type Command, InvalidArgumentError } from 'commander';
import { parseTime, sampleAt, type TimeArgument } from '../records/sample-time.js';

/** Which part of a record a command works on. */
export interface RangeArguments {
  readonly from?: TimeArgument;
  readonly to?: TimeArgument;
}

export function addRangeOptions(command: Command): Command {
  return command
    .option('-f, --from <time>', 'begin there: 5:00, 1:02:03.5, 90 (seconds), s1234 (sample)', parseTime)
    .option('-t, --to <time>', 'end there (default: end of the record)', parseTime);
}

/**
 * The samples meant, `from` at most `to`; an end beyond the record is the record's.
 * @throws EcgError RANGE where the beginning lies after the end
 */
export function sampleRange(
  { name, fs, length }: Pick<WfdbRecord, 'name' | 'fs' | 'length'>,
  { from, to }: RangeArguments,
): { from: number; to: number } {
  const last = to === undefined ? length : Math.min(length, sampleAt(to, fs));
  const first = from === undefined ? 0 : sampleAt(from, fs);
  if (first <= last) return { from: first, to: last };
  throw new EcgError('RANGE', `There is nothing between sample ${first} and sample ${last} of ${name}`, {
    where: name,
    fix: `It has ${length} samples, ${(length / fs).toFixed(3)} s: choose --from and --to within them.`,
  });
}

/** Parses lead names with commas between, for commander. */
export function leadList(text: string): string[] {
  const leads = text.split(',').map((lead) => lead.trim());
  if (leads.includes('')) throw new InvalidArgumentError('Leads are named with commas between: MLII,V5.');
  return leads;
}

/** A lead's name, or its number from 0 where no lead is called so, as the WFDB tools take it. */
export function leadsOf(record: Pick<WfdbRecord, 'leads'>, wanted: readonly string[]): (string | number)[] {
  return wanted.map((lead) => {
    const isName = record.leads.some(({ name }) => name.toLowerCase() === lead.toLowerCase());
    return !isName && /^\d{1,4}$/.test(lead) ? Number(lead) : lead;
  });
}
