/** Works through records one after another: a 30-minute record is large enough to fill the machine. */
export async function forEachRecord<T>(records: readonly string[], work: (record: string) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const record of records) results.push(await work(record));
  return results;
}
