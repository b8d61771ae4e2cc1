import { type Console, printJson } from './console.js';

/**
 * Works through records one after another (a 30-minute record is large enough to fill the machine) and prints what each gave:
 * as text as it comes, or at the end as one JSON document, a list where there are several.
 */
export async function reportRecords<T>(
  records: readonly string[],
  { json }: { readonly json?: boolean | undefined },
  console: Console,
  work: (record: string) => Promise<{ readonly result: T; readonly text: () => string }>,
): Promise<T[]> {
  const results: T[] = [];
  for (const record of records) {
    const { result, text } = await work(record);
    results.push(result);
    if (!json) console.out(text());
  }
  if (json) printJson(console, results.length === 1 ? results[0] : results);
  return results;
}
