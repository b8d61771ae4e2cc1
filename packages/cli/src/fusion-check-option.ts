import { fusionCheckFor, withoutFusionCheck } from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import { Option } from 'commander';
import { UsageError } from './usage-error.js';

/** `--fusion-check`: whether calls of F are checked once a whole record is called. */
export function fusionCheckOption(): Option {
  return new Option(
    '--fusion-check <choice>',
    "on: check a sequence model's calls of F in whole records against the record's own N and V beats; off: do not (default: as the model file says)",
  )
    .choices(['on', 'off'])
    .conflicts('causal');
}

/**
 * The model as it was asked for.
 *
 * @throws UsageError where a check is asked of a model that has nothing to check, or that does not see what it takes.
 */
export function withFusionCheckAs(model: LoadedModel, choice: 'on' | 'off' | undefined): LoadedModel {
  if (choice === undefined) return model;
  if (choice === 'off') return withoutFusionCheck(model);
  const usual = model.kind === 'sequence' && !model.patient ? fusionCheckFor(model.contract) : undefined;
  if (model.kind === 'sequence' && usual) return { ...model, fusion: model.fusion ?? usual };
  throw new UsageError(
    `${model.name} is no model whose calls of fusion beats can be checked`,
    'Leave out --fusion-check, or give a sequence model of N, V and F that is not of a patient.',
  );
}
