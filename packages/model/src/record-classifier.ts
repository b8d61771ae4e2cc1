import type { Device } from '@ecgpu/engine';
import { temperatureOf } from './confidence/calibration.js';
import { probabilitiesAt } from './confidence/temperature.js';
import { type FusionChanges, withFusionCheck } from './fusion/checked-classifier.js';
import { BeatClassifier, type BeatInputs } from './inference/beat-classifier.js';
import { SequenceEnsemble } from './inference/sequence-ensemble.js';
import { requireFinite } from './logits/require-finite.js';
import type { BeatModel } from './model-file/beat-model.js';
import type { Model, ModelKind } from './model-file/model-file.js';
import { memberParts, type SequenceModel } from './model-file/sequence-model.js';
import { PatientClassifier } from './patient/classifier.js';
import type { StageName } from './record/median.js';

/** What every kind of model can do: classify the beats of one record, given in the order of time. */
export interface RecordClassifier {
  /** @throws EcgError `LOGITS_NOT_FINITE` */
  predict(
    beats: BeatInputs,
    onProgress?: (done: number, total: number) => void,
  ): Promise<{
    /** [beats, classes], each row summing to 1; at the model's temperature where it is calibrated. */
    readonly probabilities: Float32Array;
    /** [beats, classes]. */
    readonly logits: Float32Array;
    /** Which of a sequence model's stages called them. */
    readonly stage?: StageName;
    /** Present where the calls of a whole record were checked for fusion beats. */
    readonly fusion?: FusionChanges;
  }>;
  /** Frees what it holds on the device. */
  release(): void;
}

/** What a classifier needs of a model. */
export type ClassifierSource =
  | Pick<BeatModel, 'kind' | 'shape' | 'values' | 'calibration'>
  | Pick<
      SequenceModel,
      | 'kind'
      | 'encoder'
      | 'shape'
      | 'members'
      | 'rule'
      | 'relative'
      | 'selfTraining'
      | 'fusion'
      | 'contract'
      | 'patient'
      | 'values'
      | 'calibration'
    >;

export interface ClassifierOptions {
  /** Beats that a `beat` model classifies at once; the rest of the last batch is computed for nothing. Default 64. */
  readonly batchSize?: number;
  /** Only stretches of records will be asked about, so that a sequence model's stage for whole records is not needed. */
  readonly stretches?: boolean;
}

const openers: {
  readonly [K in ModelKind]: (
    device: Device,
    model: Extract<ClassifierSource, { kind: K }>,
    options: ClassifierOptions,
  ) => Promise<RecordClassifier>;
} = {
  beat: (device, { values, shape }, options) => BeatClassifier.create(device, values, shape, options),
  sequence: async (device, { fusion, ...model }, { stretches }) => {
    const networks = await openNetworks(device, model, stretches === true);
    return fusion ? withFusionCheck(networks, fusion, model.contract) : networks;
  },
};

function openNetworks(
  device: Device,
  { relative, patient, ...model }: Omit<Extract<ClassifierSource, { kind: 'sequence' }>, 'fusion'>,
  stretches: boolean,
): Promise<RecordClassifier> {
  const asked = { ...model, ...(relative && !stretches ? { relative } : {}) };
  const parts = memberParts(asked);
  if (patient && !stretches) {
    const { selfTraining: _, ...before } = asked;
    const parent = memberParts({ ...before, values: patient.parent });
    return PatientClassifier.create(device, { own: parts, parent, patient });
  }
  return SequenceEnsemble.create(device, parts);
}

/** Makes a model ready to classify on a device. */
export async function openClassifier(
  device: Device,
  model: ClassifierSource | Model,
  options: ClassifierOptions = {},
): Promise<RecordClassifier> {
  const open = openers[model.kind] as (
    device: Device,
    model: ClassifierSource,
    options: ClassifierOptions,
  ) => Promise<RecordClassifier>;
  const classifier = await open(device, model, options);
  const { calibration, shape } = model;
  return {
    predict: async (beats, onProgress) => {
      const predicted = await classifier.predict(beats, onProgress);
      const { logits, stage } = predicted;
      requireFinite(logits);
      if (calibration === undefined) return predicted;
      const probabilities = probabilitiesAt(logits, shape.classes, temperatureOf(calibration, stage));
      return { ...predicted, probabilities };
    },
    release: () => classifier.release(),
  };
}
