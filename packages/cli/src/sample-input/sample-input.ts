import { type BinaryFormat, BinarySamples } from './binary-samples.js';
import { CsvSamples } from './csv-samples.js';

/** How samples come in. */
export interface SampleFormat {
  readonly format: 'csv' | BinaryFormat;
  /** Numbers in each row or frame. */
  readonly columns: number;
  /** Which of them to take, from 1. */
  readonly taken: readonly number[];
  /** What comes in for 1 mV. Absent: what the unit is that a row of names says, else 1. */
  readonly gain?: number;
  /** What comes in for 0 mV. */
  readonly zero: number;
}

/** Takes bytes as they arrive, cut anywhere, and gives each column taken in mV; NaN where a sample is missing. */
export interface SampleInput {
  /** @throws EcgError where what came is no sample, with its place, once the samples before it are given. */
  push(bytes: Uint8Array): Iterable<Float64Array[]>;
  /** Ends the input. @throws EcgError where it ends within a sample. */
  end(): Iterable<Float64Array[]>;
}

export function sampleInput(format: SampleFormat): SampleInput {
  return format.format === 'csv' ? new CsvSamples(format) : new BinarySamples({ ...format, format: format.format });
}
