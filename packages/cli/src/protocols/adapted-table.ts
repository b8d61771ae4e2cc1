import { textTable } from '@ecgpu/ecg-dsp/ec57';
import type { Evaluation } from '@ecgpu/model';
import type { AdaptedRecord } from './protocol.js';

/** For each record how far its model went, and its accuracy before and after. */
export function adaptedTable(adapted: readonly AdaptedRecord[], before: Evaluation, after: Evaluation): string {
  const accuracy = ({ records }: Evaluation, name: string) =>
    records.find(({ record }) => record === name)?.overall.accuracy ?? null;
  const percentage = (fraction: number | null) => (fraction === null ? '-' : (100 * fraction).toFixed(1));
  return textTable(
    ['record', 'share', 'accuracy % before', 'after', 'gain'],
    adapted.map(({ record, share }) => {
      const [was, is] = [accuracy(before, record), accuracy(after, record)];
      return [
        record,
        `${share}`,
        percentage(was),
        percentage(is),
        percentage(was === null || is === null ? null : is - was),
      ];
    }),
  );
}
