import type { IntegrationOptions } from './integrated-gradients.js';

/**
 * What a beat is compared with. `typical`: the record's template in a regular rhythm, so that the attribution says what about
 * this beat is not as usual. `zero`: a flat line in a regular rhythm.
 */
export type Baseline = 'typical' | 'zero';

/** What one lead's window adds, and where in it the network looked. */
export interface LeadExplanation {
  /** [samples]: what each sample of the beat's window adds, over the channels that show it. */
  readonly waveform: Float32Array;
  /** [steps]: how much each stretch of the window weighs in the attention pooling; sums to 1. */
  readonly attention: Float32Array;
}

/**
 * Why a class's logit is what it is for one beat. All attributions together, those of a second lead and of other beats
 * included, are `logit - baselineLogit - residual`.
 */
export interface Explanation extends LeadExplanation {
  /** Index of the beat that was explained. */
  readonly beat: number;
  /** Index of the class that was. */
  readonly class: number;
  readonly logit: number;
  readonly baselineLogit: number;
  /** The beat in a second lead, where the model looked at one that can be used. */
  readonly second?: LeadExplanation;
  /** [features]: what each of the beat's rhythm features adds. */
  readonly rhythm: Float32Array;
  /** What the other beats that the model sees at once add; none for a model of single beats. */
  readonly neighbours: readonly Neighbour[];
  readonly residual: number;
  /** Points of the path from the baseline that were computed. */
  readonly points: number;
}

export interface Neighbour {
  readonly beat: number;
  readonly waveform: number;
  /** What its window in a second lead adds, where the model looked at one. */
  readonly second?: number;
  readonly rhythm: number;
}

export interface ExplainOptions extends IntegrationOptions {
  readonly baseline?: Baseline;
}

/** A beat and the class whose logit is to be explained. */
export interface Question {
  readonly beat: number;
  /** An index into the contract's classes. */
  readonly class: number;
}
