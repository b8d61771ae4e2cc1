import { EcgError } from '@ecgpu/ecg-dsp';
import ds1 from './ds1.json' with { type: 'json' };
import ds1Fold1 from './ds1-fold-1.json' with { type: 'json' };
import ds1Fold2 from './ds1-fold-2.json' with { type: 'json' };
import ds1Fold3 from './ds1-fold-3.json' with { type: 'json' };
import ds2 from './ds2.json' with { type: 'json' };
import mitdb from './mitdb.json' with { type: 'json' };
import { type RecordList, readRecordList } from './record-list.js';

const manifests: readonly unknown[] = [ds1, ds2, ds1Fold1, ds1Fold2, ds1Fold3, mitdb];

const lists = new Map(manifests.map((manifest) => readRecordList(manifest)).map((list) => [list.name, list]));

/** Names of the record lists that come with the package. */
export function splitNames(): string[] {
  return [...lists.keys()];
}

/**
 * A record list that comes with the package: `ds1`, `ds2`, `ds1-fold-1` to `-3`, `mitdb`.
 *
 * @throws EcgError `UNKNOWN_SPLIT`, naming those that exist.
 */
export function loadSplit(name: string): RecordList {
  const list = lists.get(name.toLowerCase());
  if (list) return list;
  throw new EcgError('UNKNOWN_SPLIT', `There is no split "${name}".`, {
    where: 'split',
    fix: `Choose one of ${splitNames().join(', ')}, or give a list of your own.`,
  });
}
