import { EcgError } from '@ecgpu/ecg-dsp';
import { type Console, printJson } from '../output/console.js';
import { printable } from '../output/printable.js';

/**
 * Works through records one after another, whatever becomes of the others: what is wrong with one is told when it is met.
 *
 * @param done what was to be done with them, as a participle: `compared`.
 * @throws EcgError the record's own where there is one record, else RECORDS_FAILED after all have been tried
 */
export async function forEachRecord(
  records: readonly string[],
  done: string,
  console: Console,
  work: (record: string) => Promise<void>,
): Promise<void> {
  const failed: string[] = [];
  for (const record of records) {
    try {
      await work(record);
    } catch (error) {
      if (!(error instanceof EcgError) || records.length === 1) throw error;
      console.err(`ecgpu: ${printable(`${record}: ${error.message}${error.fix ? `\n  ${error.fix}` : ''}`)}\n`);
      failed.push(record);
    }
  }
  if (failed.length === 0) return;
  throw new EcgError('RECORDS_FAILED', `${failed.length} of ${records.length} records could not be ${done}`, {
    where: failed.join(' '),
    fix: 'What was printed or written is of the others. Try these again when what is wrong with them is mended.',
  });
}

/**
 * Works through records one after another (a 30-minute record is large enough to fill the machine) and prints what each gave:
 * as text as it comes, or at the end as one JSON document, a list where several were asked for. Of records that fail the others'
 * results are printed all the same.
 *
 * @throws EcgError of {@link forEachRecord}
 */
export async function reportRecords<T>(
  records: readonly string[],
  { json }: { readonly json?: boolean | undefined },
  console: Console,
  work: (record: string) => Promise<{ readonly result: T; readonly text: () => string }>,
): Promise<T[]> {
  const results: T[] = [];
  try {
    await forEachRecord(records, 'worked on', console, async (record) => {
      const { result, text } = await work(record);
      results.push(result);
      if (!json) console.out(text());
    });
  } finally {
    if (json && records.length > 1) printJson(console, results);
    else if (json && results.length === 1) printJson(console, results[0]);
  }
  return results;
}
