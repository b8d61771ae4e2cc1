import {
  type Diagnostic,
  EcgError,
  type EcgRecord,
  type Lead,
  millivoltsPer,
  openRecord,
  type RecordSource,
} from '@ecgpu/ecg-dsp';
import { type InputContract, leadCount } from './contract.js';

/** One lead, ready for preprocessing. */
export interface LeadSignal {
  /** Name of the lead, as the record has it. */
  readonly lead: string;
  /** mV at `fs`; NaN where there is no sample. */
  readonly samples: ArrayLike<number>;
  /** Samples per second. */
  readonly fs: number;
}

/** EDF calls lead II `ECG II`; a lead that is called `ECG` alone stays so. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/^e[ck]g\s+(?=\S)/, '');
}

/** Which lead the contract takes of those a record has, by name, and whether it is one that the model has learned from. */
export function chooseLead(
  names: readonly string[],
  { leads }: InputContract,
  where = 'record',
): { readonly index: number; readonly preferred: boolean } {
  for (const wanted of leads.preferred) {
    const index = names.findIndex((name) => plainName(name) === wanted.toLowerCase());
    if (index >= 0) return { index, preferred: true };
  }
  if (leads.otherwise === 'first' && names.length > 0) return { index: 0, preferred: false };
  throw new EcgError('LEAD_NOT_FOUND', `${where} has none of the leads ${leads.preferred.join(', ')}.`, {
    where,
    fix: names.length === 0 ? 'The record has no signals.' : `Name one of its leads: ${names.join(', ')}.`,
  });
}

/**
 * Which lead a contract with a second one looks at beside the lead `taken`: the first other one that is a voltage; -1 where
 * there is none.
 */
export function chooseSecondLead(leads: readonly Pick<Lead, 'units'>[], taken: number): number {
  return leads.findIndex(({ units }, index) => index !== taken && millivoltsPer(units) !== undefined);
}

/** The leads of a record that a model is shown, by their indices. */
export interface ChosenLeads {
  readonly index: number;
  /** -1 where the contract looks at one lead, or the record has no other. */
  readonly second: number;
  /** Whether the first is one that the model has learned from, or was asked for. */
  readonly preferred: boolean;
}

/**
 * The lead that the contract takes of those a record has, or the one named, and the second one where it looks at two.
 *
 * @param lead name, in upper or lower case, or index.
 * @throws EcgError `LEAD_NOT_FOUND`
 */
function chooseLeads(
  leads: readonly Pick<Lead, 'name' | 'units'>[],
  contract: InputContract,
  where: string,
  lead?: string | number,
): ChosenLeads {
  const names = leads.map(({ name }) => name);
  const first =
    lead === undefined
      ? voltageWhereAny(chooseLead(names, contract, where), leads)
      : { index: indexOfLead(names, lead, where), preferred: true };
  return { ...first, second: leadCount(contract) === 2 ? chooseSecondLead(leads, first.index) : -1 };
}

/** A record may begin with a pressure. */
function voltageWhereAny(
  chosen: ReturnType<typeof chooseLead>,
  leads: readonly Pick<Lead, 'units'>[],
): ReturnType<typeof chooseLead> {
  const voltage = leads.findIndex(({ units }) => millivoltsPer(units) !== undefined);
  return chosen.preferred || voltage < 0 ? chosen : { ...chosen, index: voltage };
}

/**
 * Reads those leads of a record that a model is shown, and no others: a day of many leads needs no more memory than a day of these.
 *
 * @param lead name, in upper or lower case; absent: the one that the contract takes.
 * @throws EcgError `LEAD_NOT_FOUND`; of openRecord and of reading
 */
export async function readLeads(
  source: RecordSource,
  name: string,
  contract: InputContract,
  lead?: string,
): Promise<EcgRecord> {
  const opened = await openRecord(source, name);
  const { index, second } = chooseLeads(opened.leads, contract, name, lead);
  return opened.read({ leads: second < 0 ? [index] : [index, second] });
}

/**
 * The lead of a record that the contract takes, or the one named, in mV.
 *
 * @param lead name, in upper or lower case, or index.
 * @throws EcgError `LEAD_NOT_FOUND`; `UNITS_UNKNOWN` where the lead is no voltage.
 */
export function takeLead(
  record: EcgRecord,
  contract: InputContract,
  lead?: string | number,
): {
  readonly signal: LeadSignal;
  /** Where the contract looks at two leads and the record has another one. */
  readonly second?: LeadSignal;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { index, second, preferred } = chooseLeads(record.leads, contract, record.name, lead);
  const chosen = record.leads[index]!;
  const other = record.leads[second];
  const diagnostics: Diagnostic[] = preferred
    ? []
    : [
        {
          code: 'LEAD_SUBSTITUTED',
          severity: 'warning',
          message: `${record.name} has none of the leads ${contract.leads.preferred.join(', ')}; ${chosen.name} is taken.`,
          where: record.name,
        },
      ];
  const signalOf = (of: Lead): LeadSignal => ({ lead: of.name, samples: inMillivolts(of, record.name), fs: record.fs });
  return { signal: signalOf(chosen), ...(other ? { second: signalOf(other) } : {}), diagnostics };
}

function indexOfLead(names: readonly string[], lead: string | number, where: string): number {
  const index = typeof lead === 'number' ? lead : names.findIndex((name) => name.toLowerCase() === lead.toLowerCase());
  if (names[index] !== undefined) return index;
  throw new EcgError('LEAD_NOT_FOUND', `${where} has no lead ${JSON.stringify(lead)}.`, {
    where,
    fix: names.length === 0 ? 'The record has no signals.' : `It has: ${names.join(', ')}.`,
  });
}

/**
 * Samples of a lead in mV.
 *
 * @throws EcgError `UNITS_UNKNOWN` where the lead is no voltage.
 */
export function inMillivolts({ name, units, samples }: Lead, where: string): Float64Array {
  const factor = millivoltsPer(units);
  if (factor === undefined) {
    throw new EcgError(
      'UNITS_UNKNOWN',
      `Lead ${name} of ${where} is in ${JSON.stringify(units)}, which is no voltage.`,
      {
        where,
        fix: 'Give a lead in V, mV or µV, or correct the units in the header.',
      },
    );
  }
  return factor === 1 ? samples : samples.map((x) => x * factor);
}
