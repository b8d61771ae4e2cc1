import { EcgError } from '../errors.js';
import type { Annotation } from '../record.js';
import { type MappingName, mappingNames } from './labels.js';

/** How two annotation files are compared. Anything but the defaults is a comparison EC57 does not recognise. */
export interface ComparisonOptions {
  /** Samples per second that annotation times are given in. */
  readonly fs: number;
  /** Length of the record in samples. Where it is not known, the comparison ends with the last beat of the reference. */
  readonly length?: number;
  /** First sample compared. Default: 5 minutes, EC57's learning period. */
  readonly start?: number;
  /** Last sample compared, or `shorter`: where the first of the two files has no more beats. Default: the record's end. */
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
  /** Length of the record in samples; undefined where it is not known. */
  readonly length: number | undefined;
  readonly start: number;
  /** Last sample compared; infinite where the files' own ends decide. */
  readonly end: number;
  /** Which file ends the comparison by having no more beats. */
  readonly endsWith: 'reference' | 'either' | undefined;
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
  const { end: given, length } = options;
  const end = typeof given === 'number' ? given : (given === undefined && length) || Number.POSITIVE_INFINITY;
  demand(length === undefined || Number.isFinite(length), 'length', length, 'a number of samples');
  demand(!Number.isNaN(end), 'end', end, 'a sample number');
  const endsWith = given === 'shorter' ? 'either' : end === Number.POSITIVE_INFINITY ? 'reference' : undefined;
  // A product that is half a sample on paper may fall just below it in floating point: 0.15 s at 250 Hz are 38 samples.
  const samples = Math.floor(window * fs + 0.5 + 1e-9);
  return { fs, mapping, length: length || undefined, start, end, endsWith, window: samples };
}

/** True where EC57 allows no comparison made with these options to be quoted as one. */
export function isNonstandard(options: ComparisonOptions): boolean {
  return options.start !== undefined || options.end !== undefined || options.window !== undefined;
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
