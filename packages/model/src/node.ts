export { dataHash, filesHash, noiseHash } from './node/data-hash.js';
export { type LoadedModel, loadModel, loadRhythmModel, modelBytes, SHIPPED_MODELS } from './node/models.js';
export { type RunConfig, TrainingRun } from './node/training-run.js';
export { openSplit } from './splits/split-file.js';
