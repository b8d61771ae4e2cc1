import type { BeatLabel, MappingName } from '@ecgpu/ecg-dsp';
import type { RhythmFeature } from './rhythm-features.js';

/** One Butterworth filter, run forward and backward: no delay, and twice the order. */
export interface FilterStage {
  readonly type: 'highpass' | 'lowpass';
  /** Order of the design; the squared response falls twice as steeply. */
  readonly order: number;
  /** Hz, where the design is at -3 dB and the two passes at -6 dB. */
  readonly cutoff: number;
}

/** What the network's channels show: the scaled beat, or the scaled beat less the record's template. */
export type Channel = 'beat' | 'beat-template';

/**
 * What a model expects of a signal and what its outputs mean, as data that travels inside of the model file. The
 * preprocessing takes every number from here, so that it and the model cannot drift apart.
 * Positions and lengths are in samples at `fs` unless they say otherwise.
 */
export interface InputContract {
  readonly schema: typeof CONTRACT_SCHEMA;
  readonly units: 'mV';
  readonly leads: {
    /** The lead to take: the first of these that the record has, in upper or lower case. */
    readonly preferred: readonly string[];
    /** Where it has none of them: take its first lead and say so, or refuse. */
    readonly otherwise: 'first' | 'refuse';
    /** Present where the model looks at another lead too: the first one that the record has beside the one taken. */
    readonly second?: 'any';
  };
  /** Sampling rates that are accepted and converted, Hz. */
  readonly inputRate: { readonly minimum: number; readonly maximum: number };
  /** Applied in this order at the record's own rate. */
  readonly filters: readonly FilterStage[];
  /** Missing samples up to this many seconds are bridged by a straight line; longer gaps stay missing. */
  readonly bridgedGap: number;
  /** Rate that the network sees, Hz: by leaving samples out where the ratio is whole, by polyphase resampling otherwise. */
  readonly fs: number;
  /** The window is `[R - before, R + after)`. */
  readonly window: { readonly before: number; readonly after: number };
  readonly channels: readonly Channel[];
  /** The record is divided by the median, over its beats, of maximum - minimum in `R ± reach`. */
  readonly scale: {
    readonly reach: number;
    /** Beats nearer than this to an end of the record do not count. */
    readonly edge: number;
    /** mV; the divisor is never less. */
    readonly minimum: number;
  };
  /** The sample-wise median of beats whose interval is at least `minimumInterval` times the record's mean. */
  readonly template: {
    readonly minimumInterval: number;
    /** With fewer such beats than this, all beats count. */
    readonly fewest: number;
    /** With more, as many are taken evenly. */
    readonly most: number;
  };
  readonly rhythm: {
    readonly features: readonly RhythmFeature[];
    /** Intervals are clipped to this range, seconds. */
    readonly interval: { readonly minimum: number; readonly maximum: number };
    /** The local mean is over intervals `i - before … i + after`. */
    readonly local: { readonly before: number; readonly after: number };
    /** Features are clipped to ± this. */
    readonly clip: number;
  };
  /** When a beat is marked as lying on unusable signal. */
  readonly quality: {
    /** Largest share of the window that may be missing; within `R ± scale.reach` nothing may. */
    readonly maximumMissing: number;
    /** mV: a beat with a smaller range within `R ± scale.reach` lies on a flat line. The least of MIT-BIH's has 0.024. */
    readonly minimumRange: number;
    /** mV: a sample beyond ± this is no voltage of a body and counts as missing. */
    readonly maximumVoltage: number;
  };
  /** What the outputs are called, in their order. */
  readonly classes: readonly BeatLabel[];
  /** How the annotations it learned from were turned into classes. */
  readonly mapping: MappingName;
}

export const CONTRACT_SCHEMA = 'ecgpu-contract-1';

/** What the shipped `beat` model expects. */
export const BEAT_CONTRACT: InputContract = {
  schema: CONTRACT_SCHEMA,
  units: 'mV',
  leads: { preferred: ['MLII', 'ML2', 'II', 'LII', 'I', 'LI', 'ECG1', 'ECG'], otherwise: 'first' },
  inputRate: { minimum: 100, maximum: 10_000 },
  filters: [
    { type: 'highpass', order: 2, cutoff: 0.5 },
    { type: 'lowpass', order: 4, cutoff: 40 },
  ],
  bridgedGap: 0.1,
  fs: 120,
  window: { before: 72, after: 88 },
  channels: ['beat', 'beat-template'],
  scale: { reach: 12, edge: 15, minimum: 0.1 },
  template: { minimumInterval: 0.9, fewest: 20, most: 400 },
  rhythm: {
    features: [
      'log(r[0]/local)',
      'log(r[+1]/local)',
      'log(r[0]/global)',
      'log(r[+1]/global)',
      'log(r[0]/r[-1])',
      'log(r[+1]/r[0])',
      'log(r[+2]/local)',
      'log(r[-1]/local)',
      'log(local/global)',
      'std(log local)',
      'mean|diff log local|',
      'median|diff log local|',
      'log(r[0]/max local)',
      'log(r[-2]/local)',
      'log(r[+3]/local)',
    ],
    interval: { minimum: 0.15, maximum: 4 },
    local: { before: 9, after: 10 },
    clip: 1.5,
  },
  quality: { maximumMissing: 0.25, minimumRange: 0.01, maximumVoltage: 1e6 },
  classes: ['N', 'S', 'V', 'F'],
  mapping: 'dechazal',
};

const SEQUENCE_FEATURES: readonly RhythmFeature[] = [
  'log(r[0]/local)',
  'log(r[+1]/local)',
  'log(r[0]/global)',
  'log(r[+1]/global)',
  'log(r[0]/r[-1])',
  'log(r[+1]/r[0])',
  'log(local/global)',
  'median|diff log local|',
  'log(r[0]/max local)',
  'log(r[+2]/local)',
  'median|diff log wide|',
  'share(|diff log wide| > 0.1)',
];

/** What a sequence model expects whose encoder learned by `beat`: the same beats, and features that tell rhythms apart. */
export function sequenceContract(beat: InputContract): InputContract {
  return { ...beat, rhythm: { ...beat.rhythm, features: SEQUENCE_FEATURES } };
}

/** What the shipped `sequence` model expects. */
export const SEQUENCE_CONTRACT: InputContract = sequenceContract(BEAT_CONTRACT);

/** The same with an eye on another lead, where the record has one. */
export function withSecondLead(contract: InputContract): InputContract {
  return { ...contract, leads: { ...contract.leads, second: 'any' } };
}

/** The same with one lead alone, whatever the record has. */
export function withoutSecondLead(contract: InputContract): InputContract {
  const { second: _, ...leads } = contract.leads;
  return { ...contract, leads };
}

/** Leads that a model of this contract can look at. */
export function leadCount({ leads }: InputContract): 1 | 2 {
  return leads.second === undefined ? 1 : 2;
}

/** Samples in a window. */
export function windowLength({ window }: InputContract): number {
  return window.before + window.after;
}
