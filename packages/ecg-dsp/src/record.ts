import type { Diagnostic } from './errors.js';

/** One lead of a recording. */
export interface Lead {
  /** Free text from the file, for example `MLII`, `V1`, `ECG1`. */
  readonly name: string;
  /** Physical unit of `samples`, `mV` for an ECG. */
  readonly units: string;
  /** Physical values at the record's sampling rate; NaN where the file has none. */
  readonly samples: Float64Array;
}

/** What a recording is, whatever file it came from. */
export interface EcgRecord {
  readonly name: string;
  /** Samples per second of every lead. Not always an integer. */
  readonly fs: number;
  /** Samples in each lead. */
  readonly length: number;
  readonly leads: readonly Lead[];
  /** Free-text comments of the header. May hold age, sex and medication: never printed unasked. */
  readonly comments: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One annotation, as WFDB knows them. */
export interface Annotation {
  /** Sample index at the record's sampling rate. */
  readonly sample: number;
  /** WFDB mnemonic, for example `N`, `V`, `+`, `~`. */
  readonly symbol: string;
  readonly subtype: number;
  readonly channel: number;
  readonly number: number;
  /** Auxiliary text without trailing NULs, empty where there is none. */
  readonly aux: string;
}
