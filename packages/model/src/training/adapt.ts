import { type BeatLabel, EcgError } from '@ecgpu/ecg-dsp';
import type { Device, ParameterValues } from '@ecgpu/engine';
import { type BeatSet, selectBeats } from '../data/beat-set.js';
import type { EncodedBeats } from '../data/encoded-beats.js';
import { encodedLessMedian } from '../data/encoded-less-median.js';
import { drawRehearsal } from '../data/rehearsal.js';
import { type ScoredBeats, scoreBeats } from '../evaluation/scored-beats.js';
import type { BeatModel } from '../model-file/beat-model.js';
import type { Model, ModelKind } from '../model-file/model-file.js';
import type { PatientCalls } from '../patient/calls.js';
import { ALIKE_BEATS } from '../record/alike-beats.js';
import { openClassifier } from '../record-classifier.js';
import { DEFAULT_FINETUNE, finetuneOnPatient } from './finetune.js';
import { encodeForFinetuning, finetuneSequence, SEQUENCE_FINETUNE } from './finetune-sequence.js';
import { mixValues } from './mix-values.js';
import { encodeRelativeRecord, scoreRelatively } from './relative-tuning.js';
import { unshownClasses } from './unshown-classes.js';

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
  /**
   * All beats of the record that the patient's are of, labels unused: what is usual in it is known to a model's relative stage.
   * Default: the patient's own beats.
   */
  readonly record?: BeatSet;
}

/** Other people's beats, ready to be shown again. */
export type Rehearsal =
  | { readonly kind: 'beat'; readonly beats: BeatSet }
  | {
      readonly kind: 'sequence';
      readonly beats: BeatSet;
      /** [members] */
      readonly encoded: readonly EncodedBeats[];
      /** [members]: less their records' medians, for a model with a relative stage. */
      readonly relative?: readonly EncodedBeats[];
    };

/** @param trained beats of the model's own training records. */
export async function prepareRehearsal(
  device: Device,
  model: Model,
  trained: BeatSet,
  seed: number,
): Promise<Rehearsal> {
  if (model.kind === 'beat') return { kind: 'beat', beats: drawRehearsal(trained, seed) };
  const encoded = await encodeForFinetuning(device, model, trained, { augmented: false, seed });
  const relative = model.relative ? { relative: encoded.map((own) => encodedLessMedian(own)) } : {};
  return { kind: 'sequence', beats: trained, encoded, ...relative };
}

/** What came of adapting a network. */
export interface Adaptation {
  /** How far it went from the model as it was. */
  readonly share: number;
  /** What the guard saw: the mean loss of the beats held back, for each share. Empty where the share was given. */
  readonly heldBack: readonly { readonly share: number; readonly loss: number }[];
}

export interface Adapted extends Adaptation {
  readonly values: ParameterValues;
  /** Of the relative stage, where the model has one and the record is for it: that stage calls the whole record. */
  readonly relative?: Adaptation;
  /** Of a sequence model: what it does for the patient beside asking its networks. */
  readonly patient?: PatientCalls;
}

/**
 * About these the model as it was is asked, where the patient has not shown them. S comes in runs that a patient may not show for minutes, and is then
 * unlearned; asked about V or F too, more beats were lost than found (docs/experiments.md).
 */
const LEFT_TO_PARENT: readonly BeatLabel[] = ['S'];

/** How a network is fine-tuned on some of the patient's beats, and how its values then call all of the patient's. */
interface Tuning {
  readonly tune: (learned: BeatSet) => Promise<ParameterValues>;
  readonly score: (values: ParameterValues) => Promise<ScoredBeats>;
}

/**
 * Adapts a model to a patient. With the guard, the last fifth of the patient's time is held back; the model is fine-tuned on
 * what is before it, and goes as far from its parent as serves the beats held back best: their mean -log p, the shorter way
 * where two are alike. A relative stage is adapted for itself, likewise.
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
  requireOptions(model.kind, options);
  const { share, seed, record = own } = options;
  if (model.kind === 'beat') {
    const tune = (learned: BeatSet) => finetuneBeat(device, model, learned, rehearsal, options, onStep);
    return adaptBy(model.values, own, share, { tune, score: scoring(device, model, own) });
  }
  const others = rehearsal?.kind === 'sequence' ? rehearsal : undefined;
  const settings = { ...SEQUENCE_FINETUNE, ...(options.steps === undefined ? {} : { steps: options.steps }), seed };
  let encoded: Promise<readonly EncodedBeats[]> | undefined;
  // Both stages learn from the same beats, which are encoded once.
  const encode = (learned: BeatSet) => {
    encoded ??= encodeForFinetuning(device, model, learned, { augmented: true, seed });
    return encoded;
  };
  const relative = await encodeRelativeRecord(device, model, record, own, seed);
  const stages = relative ? 2 : 1;
  // Of a stretch of the record, as the patient's own beats are, the other stage is not asked.
  const { relative: _, patient: __, ...plain } = model;
  const first = await adaptBy(model.values, own, share, {
    tune: async (learned) =>
      finetuneSequence(device, model, await encode(learned), others?.encoded, settings, (step, total) =>
        onStep?.(step, stages * total),
      ),
    score: scoring(device, plain, own),
  });
  const { classes } = model.contract;
  const unshown = unshownClasses(own.labels, classes, LEFT_TO_PARENT);
  const patient: PatientCalls = {
    unshown: classes.filter((_, c) => unshown[c]),
    ...{ classes, alike: ALIKE_BEATS, parent: model.values },
  };
  if (!relative) return { ...first, patient };
  const { values, ...adapted } = await adaptBy(first.values, own, share, {
    tune: async (learned) => {
      const moved = (await encode(learned)).map((each, member) => encodedLessMedian(each, [relative.medians[member]!]));
      const tuned = { ...model, values: first.values };
      const progress = (step: number, total: number) => onStep?.(total + step, stages * total);
      return finetuneSequence(device, tuned, moved, others?.relative, settings, progress, 'relative');
    },
    score: (values) => scoreRelatively(device, model, values, own, relative),
  });
  return { ...first, values, relative: adapted, patient };
}

async function adaptBy(
  parent: ParameterValues,
  own: BeatSet,
  share: number | undefined,
  { tune, score }: Tuning,
): Promise<Adaptation & Pick<Adapted, 'values'>> {
  if (share !== undefined) return { values: mixValues(parent, await tune(own), share), share, heldBack: [] };
  const border = heldBackFrom(own);
  const learned = [...own.peaks.keys()].filter((beat) => own.peaks[beat]! < border);
  const tuned = await tune(selectBeats(own, learned));
  const heldBack = [];
  for (const each of GUARD_SHARES) {
    heldBack.push({ share: each, loss: meanLoss(await score(mixValues(parent, tuned, each)), border) });
  }
  const best = heldBack.reduce((a, b) => (b.loss < a.loss ? b : a));
  return { values: mixValues(parent, tuned, best.share), share: best.share, heldBack };
}

/** Scores a model with other values on the patient's own beats. */
function scoring(device: Device, model: Model, own: BeatSet): Tuning['score'] {
  return async (values) => {
    const classifier = await openClassifier(device, { ...model, values });
    try {
      return await scoreBeats(own, classifier);
    } finally {
      classifier.release();
    }
  };
}

async function finetuneBeat(
  device: Device,
  model: BeatModel,
  own: BeatSet,
  rehearsal: Rehearsal | undefined,
  { layers, steps, seed }: AdaptOptions,
  onStep?: (step: number, total: number) => void,
): Promise<ParameterValues> {
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
