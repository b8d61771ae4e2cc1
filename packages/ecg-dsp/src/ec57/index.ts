export * from './format.js';
export * from './labels.js';
export * from './match.js';
export * from './options.js';
export {
  addCells,
  type BeatCells,
  type BeatStatistics,
  beatStatistics,
  type Column,
  foldSupraventricular,
  percent,
  type Ratio,
  type Row,
} from './tables.js';
