import type { RecordSource } from '@ecgpu/ecg-dsp';
import { type BeatSet, LIGHT_AUGMENTATION, loadBeatSet, type RecordList } from '@ecgpu/model';
import type { Console } from '../output/console.js';
import type { ProtocolContext } from './protocol.js';

/** Reads the records once for all models of one contract. */
export function beatsReadOnce(
  source: RecordSource,
  { records }: RecordList,
  console: Console,
): ProtocolContext['beats'] {
  const read = new Map<string, BeatSet>();
  return async (contract) => {
    const key = JSON.stringify(contract);
    const known = read.get(key);
    if (known) return known;
    const reading = console.progress('records');
    const set = await loadBeatSet(source, records, contract, {
      margin: LIGHT_AUGMENTATION.shift,
      onRecord: (record, done, total) => reading.update(done, total, record),
    });
    reading.end(`${set.count} beats`);
    read.set(key, set);
    return set;
  };
}
