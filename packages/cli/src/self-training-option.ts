import { leadCount, SELF_TRAINING } from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import { Option } from 'commander';
import { UsageError } from './usage-error.js';

/** `--self-training`: whether whole records are called with what their own sure calls teach. */
export function selfTrainingOption(): Option {
  return new Option(
    '--self-training <choice>',
    'on: learn from the sure calls of a whole record of two leads what its classes look like; off: do not (default: as the model file says)',
  )
    .choices(['on', 'off'])
    .conflicts('causal');
}

/**
 * The model as it was asked for.
 *
 * @throws UsageError where self-training is asked of a model that has no stage for whole records, or is shown one lead.
 */
export function withSelfTraining(model: LoadedModel, choice: 'on' | 'off' | undefined): LoadedModel {
  if (choice === undefined) return model;
  if (model.kind === 'sequence' && model.relative !== undefined && leadCount(model.contract) === 2) {
    const { selfTraining = SELF_TRAINING, ...without } = model;
    return choice === 'on' ? { ...without, selfTraining } : without;
  }
  throw new UsageError(
    `${model.name} has no stage for whole records of two leads, which alone train themselves`,
    'Leave out --self-training, or give a sequence model of two leads and two stages, and show it both.',
  );
}
