import type { Model } from '../model-file/model-file.js';

/** The model as its networks call, for what is about these: their training, explanation and adaptation. */
export function withoutFusionCheck<M extends Model>(model: M): M {
  if (model.kind === 'beat') return model;
  const { fusion: _, ...unchecked } = model;
  return unchecked as M;
}
