import { type Diagnostic, type EcgRecord, segmentBeats } from '@ecgpu/ecg-dsp';
import { cleanSignal } from './clean-signal.js';
import { type InputContract, leadCount, withoutSecondLead } from './contract.js';
import { type LeadSignal, takeLead } from './lead.js';
import { clippedIntervals, meanOf, rhythmFeatureRows } from './rhythm-features.js';
import { amplitudeScale, beatRanges } from './scale.js';
import { beatProblem, signalProblems } from './signal-problems.js';
import { medianBeat, templateBeats } from './template.js';

/** All beats of one lead, filtered, scaled and measured; from it come the network's inputs and the training sets. */
export interface RecordBeats {
  readonly count: number;
  /** R peaks as given: sample indices at the record's own rate. */
  readonly peaks: Int32Array;
  /** Samples kept on each side of the window, for shifting it. */
  readonly margin: number;
  /** [count, margin + window + margin], in units of `scale`; 0 where the record has no signal. */
  readonly beats: Float32Array;
  /** [margin + window + margin]: the record's typical beat, in units of `scale`. */
  readonly template: Float32Array;
  /** [count, rhythm features of the contract]. */
  readonly features: Float32Array;
  /** 0 for a sound beat, otherwise bits of {@link beatProblem}: its window is filled as well as can be and not to be trusted. */
  readonly problems: Uint8Array;
  /** mV that became 1. */
  readonly scale: number;
  /** The same beats in a second lead, for a contract that looks at two; all its beats are missing where there is none. */
  readonly second?: RecordBeats;
  readonly diagnostics: readonly Diagnostic[];
}

export interface PrepareOptions {
  /** Samples at the contract's rate to keep on each side of the window. Default 0. */
  readonly margin?: number;
  /**
   * Sample index at the lead's rate: scale, template and mean interval are taken from the beats before it only. Default: from
   * all. A protocol that trains on a record's beginning gives its end here, so that nothing after it is used.
   */
  readonly learnedUntil?: number;
  /** Name of the record, for diagnostics. */
  readonly where?: string;
  /** The second lead, at the first one's rate, where the contract looks at two and the record has one. */
  readonly second?: Pick<LeadSignal, 'samples' | 'fs'>;
}

/**
 * From one lead and its R peaks to everything a beat classifier looks at. What the signal holds never throws: beats on
 * missing or flat signal are marked and nothing that comes back is NaN. The scale, the template and the mean interval are
 * taken from the whole record (or its part `learnedUntil`), without labels.
 *
 * @param peaks sample indices at the lead's rate, rising, inside of it.
 * @throws EcgError `PEAKS_NOT_RISING`, `PEAK_OUT_OF_RANGE`, `RATE_NOT_ACCEPTED`
 */
export function prepareBeats(
  { samples, fs }: Pick<LeadSignal, 'samples' | 'fs'>,
  peaks: ArrayLike<number>,
  contract: InputContract,
  { margin = 0, learnedUntil = Number.POSITIVE_INFINITY, where, second }: PrepareOptions = {},
): RecordBeats {
  const count = peaks.length;
  const clean = cleanSignal(samples, fs, contract);
  const length = clean.samples.length;
  // Checks the peaks against the record itself, in its own samples, before they are moved to the contract's rate.
  segmentBeats(samples, peaks, { before: 0, after: 1 });
  const intervals =
    count > 1 ? clippedIntervals(peaks, fs, contract) : new Float64Array(count).fill(contract.rhythm.interval.maximum);
  const positions = Int32Array.from(peaks, (peak) => Math.min(length - 1, Math.round((peak * contract.fs) / fs)));

  const ranges = beatRanges(clean.samples, positions, contract.scale.reach);
  const problems = signalProblems(clean, positions, ranges, contract);
  if (count === 1) problems[0]! |= beatProblem.rhythmUnknown;
  const onSignal = (beat: number) => (problems[beat]! & ~beatProblem.rhythmUnknown) === 0;
  const learned = learnedBeats(peaks, learnedUntil);
  const toLearn = (beat: number) => beat < learned && onSignal(beat);
  const scale = amplitudeScale(ranges, positions, toLearn, length, contract);

  const { before, after } = contract.window;
  const shape = { before: before + margin, after: after + margin };
  const windows = segmentBeats(clean.samples, positions, shape);
  const template = medianBeat(
    windows.data,
    windows.length,
    templateBeats(intervals.subarray(0, learned), onSignal, contract),
  );
  return {
    count,
    peaks: Int32Array.from(peaks),
    margin,
    beats: scaled(windows.data, scale),
    template: scaled(template, scale),
    features: rhythmFeatureRows(
      intervals,
      contract,
      learned > 0 ? { global: meanOf(intervals.subarray(0, learned)) } : {},
    ),
    problems,
    scale,
    ...(leadCount(contract) === 2
      ? { second: secondLead(second, samples.length, fs, peaks, contract, { margin, learnedUntil }) }
      : {}),
    diagnostics: findings(problems, clean.missing, where),
  };
}

/**
 * {@link prepareBeats} on the lead of a record that the contract takes, or on the one named.
 *
 * @throws EcgError of prepareBeats; `LEAD_NOT_FOUND`, `UNITS_UNKNOWN`
 */
export function prepareRecord(
  record: EcgRecord,
  peaks: ArrayLike<number>,
  contract: InputContract,
  { lead, ...options }: Omit<PrepareOptions, 'where' | 'second'> & { readonly lead?: string | number } = {},
): RecordBeats & { readonly lead: string } {
  const { signal, second, diagnostics } = takeLead(record, contract, lead);
  const beats = prepareBeats(signal, peaks, contract, {
    ...options,
    ...(second ? { second } : {}),
    where: record.name,
  });
  return { ...beats, lead: signal.lead, diagnostics: [...diagnostics, ...beats.diagnostics] };
}

/** In units of `scale`. A loop, as `from` would make a list of all numbers first. */
function scaled(millivolts: Float64Array, scale: number): Float32Array {
  const values = new Float32Array(millivolts.length);
  for (let i = 0; i < values.length; i++) values[i] = millivolts[i]! / scale;
  return values;
}

/** How many of the beats come before a sample. */
function learnedBeats(peaks: ArrayLike<number>, until: number): number {
  let count = 0;
  while (count < peaks.length && peaks[count]! < until) count++;
  return count;
}

/** A record without a second lead is one whose second lead has no sample. */
function secondLead(
  second: Pick<LeadSignal, 'samples' | 'fs'> | undefined,
  length: number,
  fs: number,
  peaks: ArrayLike<number>,
  contract: InputContract,
  options: PrepareOptions,
): RecordBeats {
  const signal = second ?? { samples: new Float64Array(length).fill(Number.NaN), fs };
  return prepareBeats(signal, peaks, withoutSecondLead(contract), options);
}

function findings(problems: Uint8Array, missing: Uint8Array, where: string | undefined): Diagnostic[] {
  const place = where === undefined ? {} : { where };
  const found: Diagnostic[] = [];
  const say = (code: string, severity: Diagnostic['severity'], message: string) =>
    found.push({ code, severity, message, ...place });
  const absent = missing.reduce((sum, x) => sum + x, 0);
  if (absent === missing.length) say('NO_SIGNAL', 'error', 'The lead has no stretch of signal long enough to filter.');
  else if (absent > 0)
    say('SIGNAL_MISSING', 'warning', `${percent(absent, missing.length)} of the lead has no usable samples.`);
  if (problems.length === 0) say('NO_BEATS', 'warning', 'There are no beats to classify.');
  if (problems.length === 1)
    say('RHYTHM_UNKNOWN', 'warning', 'One beat alone has no rhythm: its rhythm features are those of a regular one.');
  const count = (bit: number) => problems.reduce((sum, bits) => sum + (bits & bit ? 1 : 0), 0);
  const without = count(beatProblem.missing);
  const flat = count(beatProblem.flat);
  if (without > 0)
    say('BEATS_WITHOUT_SIGNAL', 'warning', `${without} of ${problems.length} beats lie on missing signal.`);
  if (flat > 0) say('BEATS_ON_FLAT_SIGNAL', 'warning', `${flat} of ${problems.length} beats lie on flat signal.`);
  return found;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
