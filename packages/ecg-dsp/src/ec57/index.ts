export * from './bootstrap.js';
export * from './confusion.js';
export * from './confusion-table.js';
export {
  condensedMatrixReport,
  condensedReport,
  discrepancyLine,
  matrixReport,
  type ReportNames,
  type ReportOptions,
  shutdownReport,
  standardReport,
} from './format.js';
export { beatLine, bothLines, lineHeadings, shutdownLine } from './format-lines.js';
export * from './format-runs.js';
export * from './labels.js';
export * from './match.js';
export * from './offsets.js';
export * from './options.js';
export { type OutputAnnotationOptions, outputAnnotations } from './output-annotations.js';
export * from './runs.js';
export * from './summary.js';
export { type LineReport, readLineReport, sumstats } from './sumstats.js';
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
