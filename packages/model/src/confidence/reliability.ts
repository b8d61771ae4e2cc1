import { mostLikely } from '../logits/most-likely.js';
import { type LabelledLogits, negativeLogLikelihood, probabilitiesAt } from './temperature.js';

/** Beats called with a confidence in `(from, to]`. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly beats: number;
  /** Mean probability of the class that was called; null without beats. */
  readonly confidence: number | null;
  /** Share of them called right; null without beats. */
  readonly accuracy: number | null;
}

/** How far probabilities are what they say. */
export interface Reliability {
  /** Expected calibration error: mean over beats of |confidence - accuracy| of their bin (Guo et al. 2017). */
  readonly ece: number;
  /** Mean of -log p(true class), nats. */
  readonly nll: number;
  readonly bins: readonly ReliabilityBin[];
}

/** The field's number of bins. */
const BINS = 15;

/** Compares the confidence of calls with how often they are right, in 15 equal steps of confidence. */
export function reliability(beats: LabelledLogits, temperature = 1): Reliability {
  const { confidence, right } = callsWithConfidence(beats, temperature);
  const sums = Array.from({ length: BINS }, () => ({ beats: 0, confidence: 0, right: 0 }));
  for (let beat = 0; beat < beats.count; beat++) {
    const bin = sums[Math.min(BINS - 1, Math.max(0, Math.ceil(confidence[beat]! * BINS) - 1))]!;
    bin.beats++;
    bin.confidence += confidence[beat]!;
    bin.right += right[beat]!;
  }
  const gaps = sums.map((bin) => Math.abs(bin.confidence - bin.right));
  return {
    ece: gaps.reduce((sum, gap) => sum + gap, 0) / beats.count,
    nll: negativeLogLikelihood(beats, temperature),
    bins: sums.map((bin, index) => ({
      from: index / BINS,
      to: (index + 1) / BINS,
      beats: bin.beats,
      confidence: bin.beats > 0 ? bin.confidence / bin.beats : null,
      accuracy: bin.beats > 0 ? bin.right / bin.beats : null,
    })),
  };
}

export interface ConfidentCalls {
  /** [count]: class of highest logit, an index. */
  readonly called: Uint8Array;
  /** [count]: probability of the class that is called. */
  readonly confidence: Float32Array;
  /** [count]: 1 where the call is right. */
  readonly right: Uint8Array;
}

/** What is called, how sure and whether rightly. */
export function callsWithConfidence(beats: LabelledLogits, temperature = 1): ConfidentCalls {
  const classes = beats.classes.length;
  const probabilities = probabilitiesAt(beats.logits, classes, temperature);
  const called = new Uint8Array(beats.count);
  const confidence = new Float32Array(beats.count);
  const right = new Uint8Array(beats.count);
  for (let beat = 0; beat < beats.count; beat++) {
    const row = Array.from({ length: classes }, (_, c) => beats.logits[beat * classes + c]!);
    called[beat] = mostLikely(row);
    confidence[beat] = probabilities[beat * classes + called[beat]!]!;
    right[beat] = called[beat] === beats.labels[beat] ? 1 : 0;
  }
  return { called, confidence, right };
}
