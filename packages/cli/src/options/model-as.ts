import type { InputContract } from '@ecgpu/model';
import { type LoadedModel, loadModel } from '@ecgpu/model/node';
import { Option } from 'commander';
import { withLeads } from './leads.js';
import { type RecordSteps, withRecordSteps } from './record-steps.js';

/** How a model is to call, where that is not as its file says. */
export interface ModelAs extends RecordSteps {
  readonly leads?: '1' | '2';
  readonly mapping?: InputContract['mapping'];
}

/** `--mapping`, of what scores models. */
export function mappingOption(): Option {
  return new Option(
    '--mapping <name>',
    "which annotations are S: dechazal has e and j in N, ec57 in S (default: the model's)",
  ).choices(['dechazal', 'ec57']);
}

/** The model of that name or file, as it is asked for. Throws UsageError where it cannot be so, and what loading throws. */
export async function modelAs(name: string, { leads, mapping, ...steps }: ModelAs): Promise<LoadedModel> {
  const model = withRecordSteps(withLeads(await loadModel(name), leads), steps);
  return mapping === undefined ? model : { ...model, contract: { ...model.contract, mapping } };
}
