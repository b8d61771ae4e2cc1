export { dataHash } from './node/data-hash.js';
export { type LoadedModel, loadModel, SHIPPED_MODELS } from './node/models.js';
export { type RunConfig, TrainingRun } from './node/training-run.js';
export { openSplit } from './splits/split-file.js';
