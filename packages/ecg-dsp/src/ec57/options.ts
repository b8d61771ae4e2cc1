import { EcgError } from '../errors.js';
import type { Annotation } from '../record.js';
import { type MappingName, mappingNames } from './labels.js';

/** How two annotation files are compared. Anything but the defaults is a comparison EC57 does not recognise. */
export interface ComparisonOptions {
  /** Samples per second that annotation times are given in. */
  readonly fs: number;
  /** Length of the record in samples. Where it is not known, the comparison ends with the reference. */
  readonly length?: number;
  /** First sample compared. Default: 5 minutes, EC57's learning period. */
  readonly start?: number;
  /** First sample no longer compared, or `shorter`: where the first of the two files ends. Default: the record's end. */
  readonly end?: number | 'shorter';
  /** Match window in seconds: beats at most this far apart can be a pair. Default: 0.15. */
  readonly window?: number;
  /** Default: `ec57`. */
  readonly mapping?: MappingName;
}

/** The options with every default filled in, in samples. */
export interface ComparisonScope {
  readonly fs: number;
  readonly mapping: MappingName;
  readonly start: number;
  /** First sample no longer compared. */
  readonly end: number;
  /** Match window in samples. */
  readonly window: number;
}

const LEARNING_PERIOD_S = 300;
const MATCH_WINDOW_S = 0.15;

/** @throws EcgError EC57_OPTION where a number is out of range or the mapping has no such name, EC57_TIME */
export function comparisonScope(
  reference: readonly Annotation[],
  test: readonly Annotation[],
  options: ComparisonOptions,
): ComparisonScope {
  const { fs, mapping = 'ec57', window = MATCH_WINDOW_S } = options;
  demand(fs > 0 && Number.isFinite(fs), 'fs', fs, 'a sampling rate above 0 in Hz');
  demand(window >= 0 && Number.isFinite(window), 'window', window, 'a number of seconds, at least 0');
  demand(mappingNames.includes(mapping), 'mapping', mapping, `one of ${mappingNames.join(', ')}`);
  const start = options.start ?? Math.round(LEARNING_PERIOD_S * fs);
  demand(Number.isFinite(start), 'start', start, 'a sample number');
  demandTimes(reference, 'reference');
  demandTimes(test, 'test');
  const end = Math.max(start, endOfComparison(reference, test, options));
  demand(Number.isFinite(end), 'end', end, 'a sample number');
  // A product that is a whole number on paper may fall just below it in floating point: 0.15 s must not lose a sample.
  return { fs, mapping, start, end, window: Math.floor(window * fs + 1e-9) };
}

/** True where EC57 allows no comparison made with these options to be quoted as one. */
export function isNonstandard(options: ComparisonOptions): boolean {
  return options.start !== undefined || options.end !== undefined || options.window !== undefined;
}

function endOfComparison(
  reference: readonly Annotation[],
  test: readonly Annotation[],
  options: ComparisonOptions,
): number {
  if (options.end === 'shorter') return Math.min(lastTime(reference), lastTime(test)) + 1;
  return options.end ?? options.length ?? lastTime(reference) + 1;
}

function lastTime(annotations: readonly Annotation[]): number {
  return annotations.reduce((last, { sample }) => Math.max(last, sample), Number.NEGATIVE_INFINITY);
}

function demand(holds: boolean, where: string, value: unknown, wanted: string): void {
  if (holds) return;
  throw new EcgError('EC57_OPTION', `${where} is ${String(value)}`, { where, fix: `Give ${wanted}.` });
}

function demandTimes(annotations: readonly Annotation[], where: string): void {
  const at = annotations.findIndex(({ sample }) => !Number.isFinite(sample));
  if (at < 0) return;
  throw new EcgError('EC57_TIME', `Annotation ${at} of the ${where} has the time ${annotations[at]?.sample}`, {
    where,
    fix: 'Give every annotation a finite sample number.',
  });
}
