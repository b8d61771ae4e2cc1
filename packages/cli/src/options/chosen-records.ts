import type { RecordList } from '@ecgpu/model';
import { openSplit } from '@ecgpu/model/node';
import { InvalidArgumentError, Option } from 'commander';
import type { Console } from '../output/console.js';
import { UsageError } from '../usage-error.js';

export interface ChosenRecords {
  readonly split?: string;
  readonly records?: readonly string[];
  readonly database?: string;
}

/** `--split`, which needs no word on the database: a record list says it. */
export function splitOption(): Option {
  return new Option('--split <name|file>', 'which records').conflicts(['records', 'database']);
}

/** `--records`: a record list made by hand. */
export function recordsOption(): Option {
  return new Option('--records <list>', 'records by name: 100,233').argParser(recordNames);
}

/** `--database`: of which the records of `--records` are. */
export function databaseOption(): Option {
  return new Option(
    '--database <name>',
    'that the records of --records are of, where it is another than that of the training records: theirs may have the same names',
  ).argParser(databaseName);
}

/**
 * The records that a command line names. What their names alone do not say is taken, and told, to be the database of the training
 * records: of that one, records that were learned from are found out.
 *
 * @param trained databases of the training records, in whose order errors name them.
 * @throws UsageError where no records are named, or where they could be of several databases; of openSplit
 */
export async function chosenRecords(
  { split, records, database }: ChosenRecords,
  trained: readonly string[],
  console: Console,
): Promise<RecordList> {
  if (split !== undefined) return openSplit(split);
  if (records === undefined) throw new UsageError('which records?', 'Give --split NAME or --records 100,233.');
  const name = records.join(',');
  const [first, ...others] = new Set(trained.map((each) => each.toLowerCase()));
  if (database === undefined) {
    if (first === undefined || others.length > 0) {
      throw new UsageError(
        `${name} may be of any of the databases that the models were trained on: ${[first, ...others].join(', ')}`,
        'Say of which: --database NAME.',
      );
    }
    console.err(`${name}: taken to be of ${first}, as the training records are; --database says otherwise\n`);
  }
  return { name, database: database ?? first!, records };
}

/** The name of a database, for commander. */
export function databaseName(text: string): string {
  if (/^[a-z0-9][a-z0-9_.-]{0,80}$/i.test(text)) return text;
  throw new InvalidArgumentError('a name of letters, digits, - and . is needed.');
}

function recordNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('') || new Set(names).size !== names.length) {
    throw new InvalidArgumentError('Name each record once, with commas between: 100,233.');
  }
  return names;
}
