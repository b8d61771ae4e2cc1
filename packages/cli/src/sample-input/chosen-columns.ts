import { chooseLead, type InputContract, leadCount } from '@ecgpu/model';
import { UsageError } from '../usage-error.js';

/** What a row or frame of samples holds, as it is said on the command line; `columns` instead of all the others. */
export interface ColumnOptions {
  /** Numbers in each. */
  readonly leads: number;
  /** The first lead's place, from 1. */
  readonly lead: number;
  readonly secondLead?: number;
  /** A lead's name for each number; `-` or `time` for what is none. */
  readonly columns?: readonly string[];
}

/** A column whose samples the model is shown. */
export interface ChosenColumn {
  /** From 1. */
  readonly column: number;
  readonly name?: string;
}

export interface ChosenColumns {
  /** Numbers in each row or frame. */
  readonly count: number;
  /** One, or two for a model that looks at two. */
  readonly chosen: readonly [ChosenColumn] | readonly [ChosenColumn, ChosenColumn];
  /** False where the columns have names and none is of a lead that the model has learned from. */
  readonly preferred: boolean;
}

/** Names of columns that are no leads; a time shown as a second lead would be silently wrong. */
const NO_LEAD = /^(-?|time\b.*)$/i;

/** `--columns`: names with commas between. */
export function columnNames(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/** The columns that a model is shown: by their names as a record's leads are chosen, or by their places. Throws UsageError. */
export function chooseColumns(options: ColumnOptions, contract: InputContract): ChosenColumns {
  return options.columns === undefined ? byPlace(options, contract) : byName(options.columns, contract);
}

function byPlace({ leads, lead, secondLead }: ColumnOptions, contract: InputContract): ChosenColumns {
  for (const column of [lead, ...(secondLead === undefined ? [] : [secondLead])]) {
    if (column > leads)
      throw new UsageError(`there is no lead ${column} among ${leads}`, 'Give --leads as they come in.');
  }
  if (secondLead === undefined) return { count: leads, chosen: [{ column: lead }], preferred: true };
  if (leadCount(contract) === 1)
    throw new UsageError('the model looks at one lead', 'Leave out --second-lead, or choose --model sequence.');
  if (secondLead === lead)
    throw new UsageError(`lead ${lead} cannot be both the first and the second`, 'Give another --second-lead.');
  return { count: leads, chosen: [{ column: lead }, { column: secondLead }], preferred: true };
}

function byName(columns: readonly string[], contract: InputContract): ChosenColumns {
  const named = columns.flatMap((name, k) => (NO_LEAD.test(name) ? [] : [{ column: k + 1, name }]));
  if (named.length === 0) throw new UsageError('--columns names no lead', 'Name one, as in --columns -,MLII,V5.');
  const { index, preferred } = chooseLead(
    named.map(({ name }) => name),
    contract,
    '--columns',
  );
  const first = named[index]!;
  const second = leadCount(contract) === 2 ? named.find((other) => other !== first) : undefined;
  return { count: columns.length, chosen: second ? [first, second] : [first], preferred };
}
