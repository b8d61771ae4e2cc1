export { binary } from './binary';
export { collectWeights, convolve, convolveWeights, packFilters, packWindows } from './conv1d';
export { copy, fill, scale, unary, unaryGradient } from './elementwise';
export { dots, matmul, packPanels } from './matmul';
export { reduce } from './reduce';
export { join, run } from './team';
export { transpose } from './transpose';
