import type { ModelKind } from '@ecgpu/model';
import { Option } from 'commander';
import { UsageError } from '../usage-error.js';
import { wholeNumber } from './numbers.js';

/** `--members`: networks of a sequence model. */
export function membersOption(): Option {
  return new Option(
    '--members <n>',
    'with --model sequence: networks from seeds that follow each other, whose results are averaged',
  )
    .argParser(wholeNumber(1, 16))
    .default(1);
}

/** @throws UsageError for several networks of a beat model */
export function requireMembers({ model, members }: { readonly model: ModelKind; readonly members: number }): void {
  if (model === 'beat' && members > 1)
    throw new UsageError('a beat model has one network', 'Leave out --members, or choose --model sequence.');
}
