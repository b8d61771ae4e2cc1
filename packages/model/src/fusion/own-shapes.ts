import type { BeatInputs } from '../inference/beat-classifier.js';
import { type InputContract, windowLength } from '../preprocess/contract.js';
import { medianBeat } from '../preprocess/template.js';
import type { FusionCheck } from './fusion-check.js';
import { fitMixture, fitSpan, type LeadWindows, type MixtureFit, pairShapes, type ShapePair } from './mixture-fit.js';

/**
 * Normal beats nearby that make the shape which is normal there, as it changes with breath, posture and electrodes: with that
 * of the whole record, N beats of a drifting one look like mixtures (118, 203).
 */
const NEARBY = 61;
/** Every so many normal beats the shape is taken anew. */
const STEP = 10;

/** How each beat fits the shapes of its own record. */
export interface OwnFits {
  /** [beats] */
  readonly fits: readonly MixtureFit[];
  /** The beats that made the shapes. */
  readonly ownNormal: readonly number[];
  readonly ownVentricular: readonly number[];
}

/**
 * Fits every beat of a record to the medians of beats that are surely normal, those nearby, and surely ventricular. In both
 * leads where the second is present at half of the beats or more; beats that lack it there make no shape and are fitted in the first.
 *
 * @param normal beats that are surely normal, rising.
 * @param ventricular beats that are surely ventricular, rising.
 */
export function fitToOwnShapes(
  contract: InputContract,
  { count, windows, second }: BeatInputs,
  normal: readonly number[],
  ventricular: readonly number[],
  { fewestNormal, fewestVentricular }: Pick<FusionCheck, 'fewestNormal' | 'fewestVentricular'>,
): OwnFits | 'normal-unknown' | 'no-ventricular' {
  const present = second?.present.reduce((sum, there) => sum + there, 0) ?? 0;
  const other = second && 2 * present >= count ? second : undefined;
  const hasAll = (beat: number) => other === undefined || other.present[beat] === 1;
  const [ownNormal, ownVentricular] = [normal.filter(hasAll), ventricular.filter(hasAll)];
  if (ownNormal.length < fewestNormal) return 'normal-unknown';
  if (ownVentricular.length < fewestVentricular) return 'no-ventricular';

  const { fs, channels, window } = contract;
  const { before: r, after } = fitSpan(fs);
  const [all, length] = [windowLength(contract), r + after];
  const leads = [windows, ...(other ? [other.windows] : [])];
  /** What is compared of a beat, of the channel that shows the beat itself. */
  const spanOf = (lead: Float32Array, beat: number) => {
    const from = (beat * channels.length + channels.indexOf('beat')) * all + window.before - r;
    return lead.subarray(from, from + length);
  };
  const seen = (of: LeadWindows['windows']): LeadWindows => ({ windows: of, r, fs });
  const medianOf = (lead: Float32Array, chosen: readonly number[]) => {
    const rows = new Float64Array(chosen.length * length);
    for (const [row, beat] of chosen.entries()) rows.set(spanOf(lead, beat), row * length);
    return medianBeat(rows, length, Uint32Array.from(chosen.keys()));
  };
  const shapeOf = (chosen: readonly number[]) => seen(leads.map((lead) => medianOf(lead, chosen)));
  const ventricularShape = shapeOf(ownVentricular);
  // One at a time: they follow each other, and those of a day's beats would take more memory than its signal.
  let pair: ShapePair | undefined;
  let pairFrom = -1;
  const last = Math.max(0, ownNormal.length - NEARBY);
  const fits: MixtureFit[] = [];
  let next = 0;
  for (let beat = 0; beat < count; beat++) {
    while (next < ownNormal.length && ownNormal[next]! < beat) next++;
    const centred = Math.max(0, Math.min(last, next - (NEARBY >> 1)));
    const from = centred - (centred % STEP);
    if (pair === undefined || from !== pairFrom)
      pair = pairShapes(shapeOf(ownNormal.slice(from, from + NEARBY)), ventricularShape);
    pairFrom = from;
    const looked = hasAll(beat) ? leads : leads.slice(0, 1);
    fits.push(fitMixture(seen(looked.map((lead) => spanOf(lead, beat))), pair));
  }
  return { fits, ownNormal, ownVentricular };
}
