import type { BeatInputs } from '../inference/beat-classifier.js';
import type { SequencePredictions } from '../inference/sequence-classifier.js';
import { mostLikely } from '../logits/most-likely.js';
import type { InputContract } from '../preprocess/contract.js';
import { medianInPlace } from '../preprocess/median.js';
import { fitSpan } from './mixture-fit.js';
import { intervalsOverNormal } from './normal-intervals.js';
import { fitToOwnShapes } from './own-shapes.js';

/**
 * How calls of F are checked once a whole record is called. A fusion beat is one whose ventricles were activated from both
 * sides, so it looks like a mixture w · N + (1 - w) · V of the same patient's normal and ventricular beats, and it comes when a
 * normal beat is due. Both are measured against the record's own beats. Part of a model file.
 */
export interface FusionCheck {
  /** Records of fewer beats are left as they are called. */
  readonly fewestBeats: number;
  /** Beats called N or V with at least this probability make the record's own shapes. */
  readonly confidence: number;
  /** With fewer such beats of N the record is left as it is called. */
  readonly fewestNormal: number;
  /** With fewer such beats of V there is nothing to fuse with: no beat is F, and those called so are N. */
  readonly fewestVentricular: number;
  /** A beat is a mixture where w is at most this … */
  readonly mostNormal: number;
  /** … and the best mixture leaves at most this share of the beat's energy. */
  readonly mostResidual: number;
  /** It is neither N nor V where it is this many times as far from each as such beats usually are. */
  readonly spread: number;
  /** The share of the usual interval by which a beat that is on time comes early or late at most, and the next one late. */
  readonly onTime: number;
}

/** Chosen inside DS1 (docs/experiments.md), where the F beats that decide are of one patient. */
export const FUSION_CHECK: FusionCheck = {
  fewestBeats: 300,
  confidence: 0.9,
  fewestNormal: 50,
  fewestVentricular: 10,
  mostNormal: 0.75,
  mostResidual: 0.3,
  spread: 2,
  onTime: 0.12,
};

/** A beat that is called another class than the networks call it: an index into the classes. */
export interface MovedCall {
  readonly beat: number;
  readonly to: number;
}

/** The feature that intervals are taken from. */
const INTERVAL = 'log(r[0]/global)';

/** What of a contract the check cannot do without; undefined where it has all. */
export function lackingForFusion({ classes, channels, rhythm, window, fs }: InputContract): string | undefined {
  const lacking = (['N', 'V', 'F'] as const).find((label) => !classes.includes(label));
  if (lacking) return `a class ${lacking}`;
  if (!channels.includes('beat')) return "a channel 'beat'";
  if (!rhythm.features.includes(INTERVAL)) return `a rhythm feature ${INTERVAL}`;
  const { before, after } = fitSpan(fs);
  return before <= window.before && after <= window.after ? undefined : 'so wide a window';
}

/** The check of a model that looks at beats by this contract; undefined where it cannot be made. */
export function fusionCheckFor(contract: InputContract): FusionCheck | undefined {
  return lackingForFusion(contract) === undefined ? FUSION_CHECK : undefined;
}

/** Whether a record is checked: it is whole and long enough. */
export function isForFusionCheck({ fewestBeats }: FusionCheck, { count, stretch = false }: BeatInputs): boolean {
  return !stretch && count >= fewestBeats;
}

/**
 * The beats of a whole record that are not called what the networks call them.
 *
 * - Called F, and no mixture: called N or V, whichever shape is nearer. What looks all V stays F, as half of 208's F beats do.
 * - Called N or V, but a mixture, neither N nor V, nearer to the mixture than to an N of any size, on time, and with no pause
 *   after it: called F; unless more beats would be than there are V to fuse with.
 *
 * @param predicted of each beat, [beats, classes].
 */
export function checkFusion(
  check: FusionCheck,
  contract: InputContract,
  beats: BeatInputs,
  { logits, probabilities }: Pick<SequencePredictions, 'logits' | 'probabilities'>,
): MovedCall[] {
  const { classes, rhythm } = contract;
  const [normal, ventricular, fusion] = (['N', 'V', 'F'] as const).map((label) => classes.indexOf(label)) as [
    number,
    number,
    number,
  ];
  const all = Array.from({ length: beats.count }, (_, beat) => beat);
  const called = all.map((beat) => mostLikely(logits.subarray(beat * classes.length, (beat + 1) * classes.length)));
  const sure = (label: number) =>
    all.filter((beat) => probabilities[beat * classes.length + label]! >= check.confidence);
  const shapes = fitToOwnShapes(contract, beats, sure(normal), sure(ventricular), check);
  const calledFusion = all.filter((beat) => called[beat] === fusion);
  if (shapes === 'normal-unknown') return [];
  if (shapes === 'no-ventricular') return calledFusion.map((beat) => ({ beat, to: normal }));

  const { fits, ownNormal, ownVentricular } = shapes;
  const isMixture = (beat: number) => {
    const { share, mixture } = fits[beat]!;
    return share <= check.mostNormal && mixture <= check.mostResidual;
  };
  const width = rhythm.features.length;
  const column = rhythm.features.indexOf(INTERVAL);
  const { before, after } = intervalsOverNormal(
    Float64Array.from(all, (beat) => Math.exp(beats.features[beat * width + column]!)),
    (beat) => called[beat] === normal,
  );
  const usually = (chosen: readonly number[], of: (beat: number) => number) =>
    medianInPlace(Float64Array.from(chosen, of));
  const usualNormal = usually(ownNormal, (beat) => fits[beat]!.scaledNormal);
  const usualVentricular = usually(ownVentricular, (beat) => fits[beat]!.ventricular);
  const isMissed = (beat: number) => {
    const { scaledNormal, ventricular: toVentricular, mixture } = fits[beat]!;
    const onTime = Math.abs(before[beat]! - 1) < check.onTime && after[beat]! < 1 + check.onTime;
    const isNeither = scaledNormal > check.spread * usualNormal && toVentricular > check.spread * usualVentricular;
    return onTime && isNeither && mixture < scaledNormal && isMixture(beat);
  };
  const missed = all.filter((beat) => (called[beat] === normal || called[beat] === ventricular) && isMissed(beat));
  return [
    ...calledFusion
      .filter((beat) => !isMixture(beat))
      .map((beat) => ({ beat, to: fits[beat]!.normal < fits[beat]!.ventricular ? normal : ventricular })),
    ...(missed.length > ownVentricular.length ? [] : missed.map((beat) => ({ beat, to: fusion }))),
  ];
}
