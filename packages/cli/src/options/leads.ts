import { leadCount, withoutSecondLead } from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import { Option } from 'commander';
import { UsageError } from '../usage-error.js';

/** `--leads`: how many leads a model may look at. */
export function leadsOption(): Option {
  return new Option('--leads <n>', 'look at so many leads (default: at two where model and record have them)').choices([
    '1',
    '2',
  ]);
}

/** The model as it looks at that many leads. Throws UsageError for two leads of a model that looks at one. */
export function withLeads(model: LoadedModel, leads: '1' | '2' | undefined): LoadedModel {
  if (leads === '2' && leadCount(model.contract) === 1) {
    throw new UsageError(
      `${model.name} looks at one lead`,
      'Leave out --leads, or give a model that was trained with --leads 2.',
    );
  }
  return leads === '1' ? { ...model, contract: withoutSecondLead(model.contract) } : model;
}
