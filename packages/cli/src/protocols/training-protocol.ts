import type { RecordSource } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import type { Evaluation, ModelKind, RecordList } from '@ecgpu/model';
import type { Console } from '../output/console.js';

/** What a protocol trains and tests on. */
export interface TrainingProtocolContext {
  readonly console: Console;
  readonly device: Device;
  readonly source: RecordSource;
  readonly list: RecordList;
  /** Of the list's records. */
  readonly dataHash: string;
  /** Folder for results and checkpoints, from which an interrupted evaluation goes on. */
  readonly out: string | undefined;
  readonly folds: number | undefined;
  readonly epochs: number | undefined;
  readonly seed: number;
  readonly kind: ModelKind;
}

/** A mean of F1 over classes, and over which. */
export interface AverageF1 {
  readonly classes: readonly string[];
  /** Records that were left out. */
  readonly without: readonly string[];
  /** Mean over the classes, each weighing the same. */
  readonly macro: number | null;
  /** Mean over the classes, each weighing as many beats as it has. */
  readonly weighted: number | null;
}

export interface TrainingProtocolResult {
  /** How it was trained and tested, and what this says and does not say: printed above the table, and part of the JSON. */
  readonly statement: string;
  readonly evaluation: Evaluation;
  readonly averages: readonly AverageF1[];
  /** What decides the figures, beside records and device. */
  readonly config: object;
}

/** A way to score a recipe rather than a model: it trains what it scores. */
export interface TrainingProtocol {
  readonly split: string;
  readonly kinds: readonly ModelKind[];
  readonly score: (context: TrainingProtocolContext) => Promise<TrainingProtocolResult>;
}
