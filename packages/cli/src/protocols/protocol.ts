import type { RecordSource } from '@ecgpu/ecg-dsp';
import type { Device } from '@ecgpu/engine';
import type { BeatSet, ConfidenceReport, Evaluation, InputContract, RecordList } from '@ecgpu/model';
import type { LoadedModel } from '@ecgpu/model/node';
import type { Console } from '../output/console.js';

/** What models are scored on. */
export interface ProtocolContext {
  readonly console: Console;
  readonly device: Device;
  readonly source: RecordSource;
  readonly list: RecordList;
  readonly seed: number;
  /** Beats are measured against those before them only, as a stream has them; only asked of a protocol that can. */
  readonly causal: boolean;
  /** Annotated beats of the list's records as a contract has them, with a margin for shifting; read once. */
  readonly beats: (contract: InputContract) => Promise<BeatSet>;
}

/** How far a record's model went from the one as it was (0) to the fine-tuned one (1). */
export interface AdaptedRecord {
  readonly record: string;
  readonly share: number;
}

export interface ProtocolResult {
  readonly evaluation: Evaluation;
  /** The same beats without what the protocol is about. */
  readonly before?: Evaluation;
  /** How far the probabilities can be relied on, where the protocol scores the model as it is. */
  readonly confidence?: ConfidenceReport;
  readonly adapted?: readonly AdaptedRecord[];
}

/** A way to score a model. */
export interface Protocol {
  /** One sentence on how, for the top of the table. */
  readonly heading: (model: LoadedModel, list: RecordList) => string;
  readonly score: (model: LoadedModel, context: ProtocolContext) => Promise<ProtocolResult>;
}
