import { initialise } from '@ecgpu/engine';
import { expect } from 'vitest';
import type { BeatInputs } from '../src/inference/beat-classifier.js';
import { joinValues, type SequenceModel } from '../src/model-file/sequence-model.js';
import { type BeatEncoderShape, beatEncoderParameters } from '../src/network/beat-encoder.js';
import { beatVectorLength } from '../src/network/lead-vectors.js';
import { type SequenceNetworkShape, sequenceNetworkParameters } from '../src/network/sequence-network.js';
import { type InputContract, SEQUENCE_CONTRACT, withSecondLead } from '../src/preprocess/contract.js';
import type { RelativeStage } from '../src/record/median.js';
import { realBeats } from './real-beats.js';

const encoder: BeatEncoderShape = {
  channels: 2,
  samples: 160,
  filters: [3, 4, 5, 5],
  hidden: 3,
  attention: 2,
  dropout: 0,
};

/** A sequence model of few weights, which no training has seen. */
export function smallModel(leads: 1 | 2, members: number, relative?: RelativeStage): SequenceModel {
  const shape: SequenceNetworkShape = {
    beats: 16,
    encoding: beatVectorLength(encoder, leads),
    features: SEQUENCE_CONTRACT.rhythm.features.length,
    rhythm: 3,
    dense: 4,
    hidden: 3,
    classes: 4,
    dropout: 0,
  };
  const each = Array.from({ length: members }, (_, member) =>
    joinValues(
      initialise(beatEncoderParameters(encoder), 10 + member),
      initialise(sequenceNetworkParameters(shape), 20 + member),
      member,
      ...(relative ? [initialise(sequenceNetworkParameters(shape), 30 + member)] : []),
    ),
  );
  return {
    kind: 'sequence',
    encoder,
    shape,
    members,
    ...(relative ? { relative } : {}),
    rule: { class: 1, bias: -1, fibrillation: 2 },
    contract: leads === 2 ? withSecondLead(SEQUENCE_CONTRACT) : SEQUENCE_CONTRACT,
    values: new Map(each.flatMap((values) => [...values])),
    provenance: { command: 'none', seed: 0, device: 'none', records: [], version: '0' },
    calibration: { temperature: 1.5, folds: [], beats: 0, eceBefore: 0, eceAfter: 0, command: 'none', of: '' },
  };
}

/** Real beats; every fifth has no second lead, and there what nobody should look at. */
export async function beatsOf(contract: InputContract, count: number): Promise<BeatInputs> {
  const beats = await realBeats(contract, count);
  const { second } = beats;
  if (!second) return beats;
  const present = second.present.map((there, beat) => (beat % 5 === 0 ? 0 : there));
  const width = second.windows.length / count;
  const windows = second.windows.map((x, i) => (present[Math.floor(i / width)] ? x : 1000));
  return { ...beats, second: { windows, present } };
}

/** Largest difference, relative to the largest wanted value. */
export function error(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  const largest = Array.from(want).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const differences = Array.from(got, (x, i) => Math.abs(x - want[i]!));
  expect(differences.every(Number.isFinite)).toBe(true);
  return Math.max(...differences) / largest;
}
