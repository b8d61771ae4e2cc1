import type { RecordSource } from '@ecgpu/ecg-dsp';
import type { LoadedModel } from '@ecgpu/model/node';

/** Those of a model's training records that a folder has. */
export async function trainingRecordsIn(
  source: RecordSource,
  { provenance: { records } }: Pick<LoadedModel, 'provenance'>,
): Promise<string[]> {
  const found = await Promise.all(
    records.map((record) =>
      source.size(`${record}.hea`).then(
        () => true,
        () => false,
      ),
    ),
  );
  return records.filter((_, index) => found[index]);
}
