import type { ModelKind } from '@ecgpu/model';
import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../usage-error.js';

export interface StagesOptions {
  readonly model: ModelKind;
  readonly leads: 1 | 2;
  readonly stages?: 1 | 2;
}

/** `--stages`: how many networks over beats each member of a sequence model has. */
export function stagesOption(): Option {
  return new Option(
    '--stages <n>',
    'with --model sequence --leads 2: networks over the beats in each member. 2 (default): one for any record and stream, and one that sees each beat less the median of its record, for whole records of two leads; 1: the first alone',
  ).argParser((text) => {
    if (text === '1' || text === '2') return Number(text);
    throw new InvalidArgumentError('1 or 2 is needed.');
  });
}

/** @throws UsageError where there is nothing to choose: a beat model, or one lead. */
export function stagesOf({ model, leads, stages }: StagesOptions): 1 | 2 {
  if (stages !== undefined && (model === 'beat' || leads === 1))
    throw new UsageError(
      '--stages is for sequence models of two leads',
      'Leave it out, or give --model sequence --leads 2.',
    );
  return stages ?? 2;
}
