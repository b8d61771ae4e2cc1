import { type Device, Parameters, type ParameterValue, type ParameterValues, warmupCosine } from '@ecgpu/engine';
import { countClasses } from '../data/annotated-beats.js';
import { LIGHT_AUGMENTATION } from '../data/augmentation.js';
import type { BeatSet } from '../data/beat-set.js';
import type { EncodedBeats } from '../data/encoded-beats.js';
import { requireStreams } from '../data/random-stream.js';
import { RHYTHM_JITTER, SequenceBatches } from '../data/sequence-batches.js';
import { WINDOW_DRAWS, type WindowChanges, type WindowDraws } from '../data/sequence-window.js';
import { releasedOnFailure } from '../inference/released-on-failure.js';
import { joinValues, type MemberValues, type SequenceModel, separateValues } from '../model-file/sequence-model.js';
import type { InputContract } from '../preprocess/contract.js';
import { classWeights, SQUARE_ROOT } from './class-weights.js';
import type { SequenceLossShares } from './sequence-loss.js';
import { compileSequenceStep, emptySequenceBatch, type SequenceBatch } from './sequence-step.js';
import { encodeVersions } from './sequence-training.js';

export interface SequenceFinetuneOptions {
  readonly steps: number;
  /** Windows of the patient in a batch; as many of the rehearsal set come to them. */
  readonly windows: number;
  readonly learningRate: number;
  /** What is made up in the patient's windows: rhythms the patient has not shown, so that they stay what they are. */
  readonly ownChanges: WindowChanges;
  /** How much more a beat of the patient weighs than one of the rehearsal set. */
  readonly ownWeight: number;
  /** Largest class weight, relative to the smallest. */
  readonly weightCap: number;
  readonly maxNorm: number;
  readonly loss: SequenceLossShares;
  readonly seed: number;
}

export const SEQUENCE_FINETUNE: SequenceFinetuneOptions = {
  steps: 100,
  windows: 4,
  learningRate: 1e-3,
  ownChanges: { waveformDrop: 0, secondLeadDrop: 0, fibrillation: 0, fibrillationDrop: 0, premature: 0 },
  ownWeight: 2,
  weightCap: 6,
  maxNorm: 2,
  loss: { beat: 0.5, fibrillation: 0.25 },
  seed: 0,
};

/** What each member's encoder makes of beats that are to be learned from or rehearsed. */
export async function encodeForFinetuning(
  device: Device,
  { encoder, values, members }: Pick<SequenceModel, 'encoder' | 'values' | 'members'>,
  set: BeatSet,
  { augmented, seed }: { readonly augmented: boolean; readonly seed: number },
): Promise<EncodedBeats[]> {
  const versions = { augmentedVersions: augmented ? 2 : 0, augmentation: LIGHT_AUGMENTATION, training: { seed } };
  const encoded: EncodedBeats[] = [];
  for (let member = 0; member < members; member++) {
    const own = { shape: encoder, values: separateValues(values, member).encoder };
    encoded.push(await encodeVersions(device, own, set, versions));
  }
  return encoded;
}

/** The two networks over vectors that a member can have, by the names that its parts have. */
export type TunedStage = Exclude<keyof MemberValues, 'encoder'>;

/**
 * Adapts one stage of a sequence model to a patient: what comes after the encoder learns from windows of the patient's beats and as many
 * windows of other people's, with made-up rhythms among them as in training. The encoder stays as it is.
 *
 * @param own the patient's annotated beats in time order, at least as many as a window holds, for each member; for the relative
 *   stage less their record's median, as those of the rehearsal set are.
 * @param rehearsal the same of the model's own training records; absent: what the patient does not show is forgotten.
 * @returns all of the model's tensors.
 * @throws EcgError `NO_TRAINING_BEATS` where the patient has fewer beats than a window; `TRAINING_TOO_LONG`.
 */
export async function finetuneSequence(
  device: Device,
  model: Pick<SequenceModel, 'shape' | 'values' | 'contract' | 'members'>,
  own: readonly EncodedBeats[],
  rehearsal: readonly EncodedBeats[] | undefined,
  options: SequenceFinetuneOptions = SEQUENCE_FINETUNE,
  onStep?: (step: number, total: number) => void,
  stage: TunedStage = 'sequence',
): Promise<ParameterValues> {
  const tuned = new Map<string, ParameterValue>();
  for (let member = 0; member < model.members; member++) {
    const parts = separateValues(model.values, member);
    const steps = (step: number, total: number) => onStep?.(member * total + step, model.members * total);
    const values = await tuneMember(device, parts[stage], model, own[member]!, rehearsal?.[member], options, steps);
    const { encoder, sequence, relative }: MemberValues = { ...parts, [stage]: values };
    for (const [name, value] of joinValues(encoder, sequence, member, relative)) tuned.set(name, value);
  }
  return tuned;
}

async function tuneMember(
  device: Device,
  values: ParameterValues,
  { shape, contract }: Pick<SequenceModel, 'shape' | 'contract'>,
  own: EncodedBeats,
  rehearsal: EncodedBeats | undefined,
  { steps, windows, learningRate, weightCap, ownChanges, ownWeight, maxNorm, loss, seed }: SequenceFinetuneOptions,
  onStep: (step: number, total: number) => void,
): Promise<ParameterValues> {
  requireStreams(1, steps);
  const common = { beats: shape.beats, windows, stepsPerEpoch: steps, jitter: RHYTHM_JITTER, seed };
  const weights = (factor: number) => (sizes: readonly number[]) =>
    classWeights(sizes, SQUARE_ROOT, { scale: 'least', cap: weightCap }).map((weight) => factor * weight);
  const parts = [
    new SequenceBatches(own, contract, {
      ...common,
      draws: drawsOf(own.set, contract, ownChanges),
      classWeights: weights(ownWeight),
    }),
    ...(rehearsal
      ? [new SequenceBatches(rehearsal, contract, { ...common, draws: WINDOW_DRAWS, classWeights: weights(1) })]
      : []),
  ];
  const total = parts.length * windows;
  const batch = emptySequenceBatch(total, shape);
  const views = parts.map((_, part) => rowsOf(batch, part * windows, windows, total));
  const parameters = new Parameters(device, values);
  const step = { windows: total, weightDecay: 0, maxNorm, loss };
  const program = await releasedOnFailure(parameters, () => compileSequenceStep(device, parameters, shape, step));
  const rate = warmupCosine({ peak: learningRate, total: steps });
  try {
    for (let n = 0; n < steps; n++) {
      for (const [part, batches] of parts.entries()) batches.fill(n, views[part]!);
      program.run({ ...batch }, { learningRate: rate(n), step: n + 1, seed, averageDecay: 0 });
      // One loss in a while keeps the device's queue short.
      if (n % 8 === 7) await program.readScalar('loss');
      onStep(n + 1, steps);
    }
    return await parameters.read();
  } finally {
    program.release();
    parameters.release();
  }
}

/** Every beat of the contract's classes is as likely to be the one a window is drawn around. */
function drawsOf({ labels }: BeatSet, { classes }: InputContract, changes: WindowChanges): WindowDraws {
  const counts = countClasses(labels);
  return {
    ...changes,
    classShares: Object.fromEntries(classes.map((label) => [label, counts[label]])),
    recordBalance: 0,
  };
}

/** Windows `from … from + count` of a batch of `total`, in the same memory. */
function rowsOf(batch: SequenceBatch, from: number, count: number, total: number): SequenceBatch {
  const part = <T extends Float32Array | Int32Array>(values: T): T => {
    const window = values.length / total;
    return values.subarray(from * window, (from + count) * window) as T;
  };
  const { encoded, rhythm, label, weight, fibrillation } = batch;
  return {
    ...{ encoded: part(encoded), rhythm: part(rhythm), label: part(label) },
    ...{ weight: part(weight), fibrillation: part(fibrillation) },
  };
}
