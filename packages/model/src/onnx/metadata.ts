import type { BeatModel } from '../model-file/beat-model.js';
import type { Model } from '../model-file/model-file.js';
import type { SequenceModel } from '../model-file/sequence-model.js';
import { leadCount } from '../preprocess/contract.js';

/** What every exported model says of itself in its `metadata_props`; values are JSON where they are no plain text. */
export interface OnnxMetadata {
  readonly 'ecgpu.kind': Model['kind'];
  /** What the file takes at once: any beats, all beats of one record, or windows of beats. */
  readonly 'ecgpu.takes': 'beats' | 'record' | 'windows';
  /** The input contract: how a signal becomes the model's inputs, and what its outputs mean. */
  readonly 'ecgpu.contract': string;
  readonly 'ecgpu.classes': string;
  readonly 'ecgpu.provenance': string;
  /** What each input holds, and each output, by its name. */
  readonly 'ecgpu.inputs': string;
  readonly 'ecgpu.outputs': string;
  /** Temperature of the probabilities: already in those of beats and of a record, to be applied after the output rule of windows. */
  readonly 'ecgpu.calibration'?: string;
  /** Of a sequence: how many networks are averaged in it. */
  readonly 'ecgpu.members'?: string;
  /** Of windows: what becomes of their outputs, outside of the file. */
  readonly 'ecgpu.outputRule'?: string;
  readonly 'ecgpu.windows'?: string;
  /** Of a sequence with a relative stage: when it calls a record, or that it is not in a file of windows. */
  readonly 'ecgpu.stage'?: string;
  /** Of a record, of a model that trains itself on what it calls there: how it does so in the graph. */
  readonly 'ecgpu.selfTraining'?: string;
  /** Of a sequence whose calls of F are checked: that the check is not in the file. */
  readonly 'ecgpu.fusion'?: string;
  /** Of a record's sequence model that was fine-tuned on a patient: what is not in the file. */
  readonly 'ecgpu.patient'?: string;
  readonly 'ecgpu.notice': string;
}

export function beatMetadata(model: BeatModel): OnnxMetadata {
  return {
    ...ofAny(model, 'beats'),
    'ecgpu.inputs': JSON.stringify(inputs(model, '')),
    'ecgpu.outputs': JSON.stringify({
      logits: 'f32 [beats, classes]',
      probabilities: `f32 [beats, classes]: softmax of the logits${model.calibration ? ', at the temperature' : ''}`,
      attention: 'f32 [beats, samples / 8]: how much each stretch of the beat weighed; sums to 1',
    }),
  };
}

export function recordMetadata(model: SequenceModel): OnnxMetadata {
  const { members, relative, selfTraining, calibration, shape, patient } = model;
  return {
    ...ofAny(model, 'record'),
    'ecgpu.inputs': JSON.stringify(inputs(model, '', ', all of one record in the order of time, at least one')),
    'ecgpu.outputs': JSON.stringify({
      class: 'i64 [beats]: index of the likeliest class',
      probabilities: `f32 [beats, classes]: softmax of the logits${calibration ? ', at the temperature' : ''}`,
      logits: `f32 [beats, classes]: log-probabilities, averaged over the members and over windows of ${shape.beats} beats, after the output rule`,
      fibrillation: 'f32 [beats, 1]: log-odds of atrial fibrillation or flutter',
      ...(relative ? { relative: 'bool []: whether the stage for whole records of two leads called them' } : {}),
    }),
    'ecgpu.members': String(members),
    ...(relative ? { 'ecgpu.stage': JSON.stringify(relative) } : {}),
    ...(selfTraining ? { 'ecgpu.selfTraining': JSON.stringify(selfTraining) } : {}),
    ...(patient
      ? {
          'ecgpu.patient':
            "the patient's networks; what beats that look alike say of each other, and the model before says of classes that the patient had not shown, is not in this file",
        }
      : {}),
  };
}

/** @param leftOut whether the model had a relative stage. */
export function windowsMetadata(model: SequenceModel, leftOut: boolean): OnnxMetadata {
  const { rule, shape, members } = model;
  return {
    ...ofAny(model, 'windows'),
    'ecgpu.inputs': JSON.stringify(inputs(model, 'windows, ')),
    'ecgpu.outputs': JSON.stringify({
      logits: 'f32 [windows, beats, classes]: log-probabilities, averaged over the members, before the output rule',
      fibrillation: 'f32 [windows, beats, 1]: log-odds of atrial fibrillation or flutter, averaged alike',
    }),
    'ecgpu.members': String(members),
    'ecgpu.outputRule': JSON.stringify(rule),
    'ecgpu.windows': JSON.stringify({
      beats: shape.beats,
      hop: shape.beats / 2,
      weight:
        'min(k + 1, beats - k) for the beat k of a window, on its log-probabilities (logits) and its fibrillation',
      last: 'ends with the last beat of the record',
      short: 'a record of fewer beats is prolonged by its last beat',
    }),
    ...(leftOut
      ? {
          'ecgpu.stage':
            "vectors as they are: for one lead, short records and streams; the model's stage for whole records of two leads is not in this file",
        }
      : {}),
  };
}

function ofAny(model: Model, takes: OnnxMetadata['ecgpu.takes']): Omit<OnnxMetadata, 'ecgpu.inputs' | 'ecgpu.outputs'> {
  const { kind, contract, provenance, calibration } = model;
  return {
    'ecgpu.kind': kind,
    'ecgpu.takes': takes,
    'ecgpu.contract': JSON.stringify(contract),
    'ecgpu.classes': JSON.stringify(contract.classes),
    'ecgpu.provenance': JSON.stringify(provenance),
    ...(calibration ? { 'ecgpu.calibration': JSON.stringify(calibration) } : {}),
    ...(model.kind === 'sequence' && model.fusion
      ? {
          'ecgpu.fusion':
            "the check of a whole record's fusion beats, against its own N and V beats, is not in this file",
        }
      : {}),
    'ecgpu.notice': 'Research software. Not for clinical use.',
  };
}

/** Every input of an exported graph, in words. */
function inputs({ kind, contract }: Model, each: '' | 'windows, ', which = ''): Readonly<Record<string, string>> {
  return {
    window: `f32 [${each}beats, channels, samples]: the beats of the first lead${which}`,
    rhythm: `f32 [${each}beats, features]`,
    ...(kind === 'beat' || leadCount(contract) === 1
      ? {}
      : {
          second: `f32 [${each}beats, channels, samples]: the same beats of the second lead, with its own scale and template; any finite numbers where it is absent`,
          present: `f32 [${each}beats, 1]: 1, or 0 where the record has no second lead or the beat's signal there is missing or flat`,
        }),
  };
}
