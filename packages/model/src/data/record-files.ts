import { type RecordSource, readHeader } from '@ecgpu/ecg-dsp';

/**
 * Names of the files that hold a WFDB record: its header, then the signal files that it names; of a record in segments those of each.
 *
 * @throws EcgError of readHeader
 */
export async function recordFiles(source: RecordSource, record: string): Promise<string[]> {
  const folder = record.slice(0, record.lastIndexOf('/') + 1);
  const ofHeader = async (name: string): Promise<string[]> => {
    const { signals } = await readHeader(source, name);
    return [`${name}.hea`, ...signals.map(({ file }) => `${folder}${file}`)];
  };
  const { segments = [] } = await readHeader(source, record);
  const names = segments.map(({ name }) => name).filter((name) => name !== '~');
  const files = [await ofHeader(record)];
  for (const name of new Set(names)) files.push(await ofHeader(`${folder}${name}`));
  return [...new Set(files.flat())];
}
