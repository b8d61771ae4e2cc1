import type { Diagnostic } from '../errors.js';

/** One signal line of a header: how one signal is stored. */
export interface SignalSpec {
  /** File in the header's folder; `~` where there is none (a layout header, a null signal). */
  readonly file: string;
  /** WFDB signal format, for example 16 or 212. */
  readonly format: number;
  /** Samples of this signal in one frame. */
  readonly samplesPerFrame: number;
  /** Stored samples of this signal that precede sample 0. */
  readonly skew: number;
  /** Bytes before the first sample of the file. */
  readonly byteOffset: number;
  /** ADC units per physical unit: physical = (digital − baseline) / gain. Never 0. */
  readonly gain: number;
  /** False where the header gives no gain (or 0), and `gain` is therefore WFDB's 200. */
  readonly calibrated: boolean;
  readonly baseline: number;
  /** Physical unit, `mV` where the header gives none. */
  readonly units: string;
  readonly adcResolution: number;
  readonly adcZero: number;
  readonly initialValue: number;
  /** 16-bit sum of all samples; undefined where the header has none. */
  readonly checksum: number | undefined;
  readonly blockSize: number;
  /** The lead's name, for example `MLII`; undefined where the header has none. */
  readonly description: string | undefined;
}

/** One segment of a multi-segment record. */
export interface SegmentSpec {
  /** Record name of the segment; `~` for a gap. */
  readonly name: string;
  /** Length in frames. */
  readonly length: number;
}

export interface WfdbHeader {
  readonly name: string;
  /** Frames per second: the sampling rate of a signal with one sample in a frame. */
  readonly fs: number;
  /** Counter frequency, where it differs from `fs`. */
  readonly counterFs: number | undefined;
  readonly baseCounter: number | undefined;
  /** Length in frames; undefined where the header does not say. */
  readonly length: number | undefined;
  /** Time of day of sample 0, as written. */
  readonly baseTime: string | undefined;
  /** `DD/MM/YYYY`. */
  readonly baseDate: string | undefined;
  /** Signals in a frame; a multi-segment header only counts them. */
  readonly signalCount: number;
  readonly signals: readonly SignalSpec[];
  /** Present in the header of a multi-segment record. */
  readonly segments: readonly SegmentSpec[] | undefined;
  /** Comment lines without `#` and outer blanks. */
  readonly comments: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** ADC resolution that WFDB takes where a header gives none. */
export function defaultAdcResolution(format: number): number {
  return { 8: 10, 80: 8, 160: 16, 310: 10, 311: 10 }[format] ?? 12;
}

/** The lead's name, or WFDB's stand-in for a missing description. */
export function leadName(header: WfdbHeader, index: number): string {
  return header.signals[index]?.description ?? `record ${header.name}, signal ${index}`;
}
