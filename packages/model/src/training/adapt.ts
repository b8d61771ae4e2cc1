import { EcgError } from '@ecgpu/ecg-dsp';
import type { Device, ParameterValues } from '@ecgpu/engine';
import { openClassifier } from '../classifier.js';
import { type BeatSet, selectBeats } from '../data/beat-set.js';
import type { EncodedBeats } from '../data/encoded-beats.js';
import { drawRehearsal } from '../data/rehearsal.js';
import { type ScoredBeats, scoreBeats } from '../evaluation/scored-beats.js';
import type { Model, ModelKind } from '../model-file.js';
import { DEFAULT_FINETUNE, finetuneOnPatient } from './finetune.js';
import { encodeForFinetuning, finetuneSequence, SEQUENCE_FINETUNE } from './finetune-sequence.js';
import { mixValues } from './mix-values.js';

/** Which layers learn: all, or those after the beat encoder. */
export type AdaptedLayers = 'all' | 'head';

/** What each kind of model can let learn, its default first. */
export const ADAPTED_LAYERS: Readonly<Record<ModelKind, readonly AdaptedLayers[]>> = {
  beat: ['all', 'head'],
  sequence: ['head'],
};

/** How far from the model as it is (0) to the fine-tuned one (1) the guard may go. */
export const GUARD_SHARES = [0, 0.25, 0.5, 0.75, 1] as const;

/** The part of the patient's time, at its end, that the guard does not let be learned from. */
export const HELD_BACK = 0.2;

export interface AdaptOptions {
  readonly layers?: AdaptedLayers;
  /** How far to go; absent: the guard chooses on beats of the patient that were held back. */
  readonly share?: number;
  /** Training steps; by default what the kind recommends. */
  readonly steps?: number;
  readonly seed: number;
}

/** Other people's beats, ready to be shown again. */
export type Rehearsal =
  | { readonly kind: 'beat'; readonly beats: BeatSet }
  | { readonly kind: 'sequence'; readonly beats: BeatSet; readonly encoded: readonly EncodedBeats[] };

/** @param trained beats of the model's own training records. */
export async function prepareRehearsal(
  device: Device,
  model: Model,
  trained: BeatSet,
  seed: number,
): Promise<Rehearsal> {
  if (model.kind === 'beat') return { kind: 'beat', beats: drawRehearsal(trained, seed) };
  const encoded = await encodeForFinetuning(device, model, trained, { augmented: false, seed });
  return { kind: 'sequence', beats: trained, encoded };
}

export interface Adapted {
  readonly values: ParameterValues;
  /** How far it went from the model as it was. */
  readonly share: number;
  /** What the guard saw: the mean loss of the beats held back, for each share. Empty where the share was given. */
  readonly heldBack: readonly { readonly share: number; readonly loss: number }[];
}

/**
 * Adapts a model to a patient. With the guard, the last fifth of the patient's time is held back; the model is fine-tuned on
 * what is before it, and goes as far from its parent as serves the beats held back best: their mean -log p, the shorter way
 * where two are alike.
 *
 * @param own the patient's annotated beats, of one record and in time order.
 * @param rehearsal absent: what the patient does not show is forgotten.
 * @throws EcgError `ADAPT_OPTION`; `NO_TRAINING_BEATS` where too few beats are left to learn from.
 */
export async function adaptToPatient(
  device: Device,
  model: Model,
  own: BeatSet,
  rehearsal: Rehearsal | undefined,
  options: AdaptOptions,
  onStep?: (step: number, total: number) => void,
): Promise<Adapted> {
  const { share } = options;
  requireOptions(model.kind, options);
  if (share !== undefined) {
    const tuned = await finetune(device, model, own, rehearsal, options, onStep);
    return { values: mixValues(model.values, tuned, share), share, heldBack: [] };
  }
  const border = heldBackFrom(own);
  const learned = [...own.peaks.keys()].filter((beat) => own.peaks[beat]! < border);
  const tuned = await finetune(device, model, selectBeats(own, learned), rehearsal, options, onStep);
  const heldBack = [];
  for (const each of GUARD_SHARES) {
    const classifier = await openClassifier(device, { ...model, values: mixValues(model.values, tuned, each) });
    try {
      heldBack.push({ share: each, loss: meanLoss(await scoreBeats(own, classifier), border) });
    } finally {
      classifier.release();
    }
  }
  const best = heldBack.reduce((a, b) => (b.loss < a.loss ? b : a));
  return { values: mixValues(model.values, tuned, best.share), share: best.share, heldBack };
}

async function finetune(
  device: Device,
  model: Model,
  own: BeatSet,
  rehearsal: Rehearsal | undefined,
  { layers, steps, seed }: AdaptOptions,
  onStep?: (step: number, total: number) => void,
): Promise<ParameterValues> {
  if (model.kind === 'sequence') {
    const encoded = await encodeForFinetuning(device, model, own, { augmented: true, seed });
    const others = rehearsal?.kind === 'sequence' ? rehearsal.encoded : undefined;
    const settings = { ...SEQUENCE_FINETUNE, ...(steps === undefined ? {} : { steps }), seed };
    return finetuneSequence(device, model, encoded, others, settings, onStep);
  }
  const others = rehearsal?.kind === 'beat' ? rehearsal.beats : selectBeats(own, []);
  const settings = { ...DEFAULT_FINETUNE, ...(steps === undefined ? {} : { steps }), layers: layers ?? 'all', seed };
  return finetuneOnPatient(device, model.values, model.shape, own, others, settings, onStep);
}

/** Sample index; beats from it on are held back. */
function heldBackFrom({ peaks, count }: BeatSet): number {
  if (count === 0) return 0;
  const [first, last] = [peaks[0]!, peaks[count - 1]!];
  return last - HELD_BACK * (last - first);
}

/** Mean -log p of the annotated class. */
function meanLoss({ classes, count, peaks, labels, logits }: ScoredBeats, from: number): number {
  let [sum, beats] = [0, 0];
  for (let beat = 0; beat < count; beat++) {
    if (peaks[beat]! < from) continue;
    const row = logits.subarray(beat * classes.length, (beat + 1) * classes.length);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const total = row.reduce((all, x) => all + Math.exp(x - most), 0);
    sum += Math.log(total) + most - row[labels[beat]!]!;
    beats++;
  }
  return beats === 0 ? 0 : sum / beats;
}

function requireOptions(kind: ModelKind, { layers, share, steps }: AdaptOptions): void {
  const invalid = (where: string, value: unknown, fix: string) =>
    new EcgError('ADAPT_OPTION', `${where} is ${value} for a ${kind} model.`, { where, fix });
  if (layers !== undefined && !ADAPTED_LAYERS[kind].includes(layers))
    throw invalid('layers', layers, `Give ${ADAPTED_LAYERS[kind].join(' or ')}.`);
  if (share !== undefined && !(share >= 0 && share <= 1)) throw invalid('share', share, 'Give a number from 0 to 1.');
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 1))
    throw invalid('steps', steps, 'Give a whole number, 1 or more.');
}
