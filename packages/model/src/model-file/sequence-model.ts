import type { ParameterDefinitions, ParameterValues } from '@ecgpu/engine';
import type { Calibration } from '../confidence/calibration.js';
import type { FusionCheck } from '../fusion/fusion-check.js';
import { readFusionCheck } from '../fusion/read-fusion-check.js';
import type { SequenceParts } from '../inference/sequence-parts.js';
import type { OutputRule } from '../logits/output-rule.js';
import { type BeatEncoderShape, beatEncoderParameters } from '../network/beat-encoder.js';
import { beatVectorLength } from '../network/lead-vectors.js';
import { type SequenceNetworkShape, sequenceNetworkParameters } from '../network/sequence-network.js';
import type { PatientCalls } from '../patient/calls.js';
import { type InputContract, leadCount } from '../preprocess/contract.js';
import type { RelativeStage } from '../record/median.js';
import { readSelfTraining, type SelfTraining } from '../record/self-training.js';
import { requireEncoder } from './beat-model.js';
import { areWidths, isDropout, metadataObject, modelError, requireAgreement, takeTensors } from './metadata.js';
import type { ModelParts } from './model-parts.js';
import type { Provenance } from './provenance.js';

/** A model that looks at many beats in a row. */
export interface SequenceModel {
  readonly kind: 'sequence';
  readonly encoder: BeatEncoderShape;
  readonly shape: SequenceNetworkShape;
  /** Networks of this architecture, trained alike from other seeds; what they say is averaged. */
  readonly members: number;
  readonly rule: OutputRule;
  /** Present where each member has another network over beats, for the records it says. */
  readonly relative?: RelativeStage;
  /** How the model learns from its own calls of the records that the relative stage calls; absent: it does not. */
  readonly selfTraining?: SelfTraining;
  /** Present where calls of whole records are checked for fusion beats. */
  readonly fusion?: FusionCheck;
  readonly contract: InputContract;
  /**
   * The sequence network's by their names, the encoder's with `encoder.` before them and the relative stage's with `relative.`;
   * those of a second member with `member1.` before all of these, of a third with `member2.`.
   */
  readonly values: ParameterValues;
  readonly provenance: Provenance;
  readonly calibration?: Calibration;
  /** Of a model that was fine-tuned on a patient. */
  readonly patient?: PatientCalls;
}

/** What stands before the names of a member's encoder, */
export const ENCODER = 'encoder.';
/** and of its relative stage. */
export const RELATIVE = 'relative.';

/** More are refused: a file could ask for any number. */
const MOST_MEMBERS = 16;

/** What stands before the names of a member's tensors. */
export const memberPrefix = (member: number) => (member === 0 ? '' : `member${member}.`);
const MEMBER = /^member\d+\./;

/** The tensors of a member, each part's under its own names. */
export interface MemberValues {
  readonly encoder: ParameterValues;
  readonly sequence: ParameterValues;
  /** Of the relative stage; empty where there is none. */
  readonly relative: ParameterValues;
}

/** The tensors of all parts of a member under one roof. */
export function joinValues(
  encoder: ParameterValues,
  sequence: ParameterValues,
  member = 0,
  relative: ParameterValues = new Map(),
): ParameterValues {
  const named = (part: string, values: ParameterValues) =>
    [...values].map(([name, value]) => [`${memberPrefix(member)}${part}${name}`, value] as const);
  return new Map([...named(ENCODER, encoder), ...named('', sequence), ...named(RELATIVE, relative)]);
}

/** The tensors of each part of a member under its own names. */
export function separateValues(values: ParameterValues, member = 0): MemberValues {
  const prefix = memberPrefix(member);
  const own = [...values].flatMap(([name, value]) => {
    if (member === 0 ? MEMBER.test(name) : !name.startsWith(prefix)) return [];
    return [[name.slice(prefix.length), value] as const];
  });
  const part = (before: string) =>
    new Map(own.flatMap(([name, value]) => (name.startsWith(before) ? [[name.slice(before.length), value]] : [])));
  return {
    encoder: part(ENCODER),
    sequence: new Map(own.filter(([name]) => !name.startsWith(ENCODER) && !name.startsWith(RELATIVE))),
    relative: part(RELATIVE),
  };
}

/** The model without its relative stage and what follows it: what calls one lead, short records and streams. */
export function withoutRelativeStage(model: SequenceModel): SequenceModel {
  const { relative: _, selfTraining: __, values, ...plain } = model;
  const each = Array.from({ length: model.members }, (_, member) => {
    const { encoder, sequence } = separateValues(values, member);
    return [...joinValues(encoder, sequence, member)];
  });
  return { ...plain, values: new Map(each.flat()) };
}

/** What each member of a model is made of, ready to run. */
export function memberParts({
  encoder,
  shape,
  members,
  rule,
  relative: stage,
  selfTraining,
  values,
}: Pick<
  SequenceModel,
  'encoder' | 'shape' | 'members' | 'rule' | 'relative' | 'selfTraining' | 'values'
>): SequenceParts[] {
  return Array.from({ length: members }, (_, member) => {
    const own = separateValues(values, member);
    return {
      encoder: { shape: encoder, values: own.encoder },
      sequence: { shape, values: own.sequence },
      ...(stage ? { relative: { stage, values: own.relative } } : {}),
      rule,
      ...(selfTraining ? { selfTraining } : {}),
    };
  });
}

export function sequenceMetadata(model: SequenceModel): Readonly<Record<string, string>> {
  const { encoder, shape, members, rule, relative, selfTraining, fusion, patient } = model;
  if (patient) throw modelError('model', 'is of a patient, and is saved as what differs from its parent');
  return {
    ...{ encoder: JSON.stringify(encoder), network: JSON.stringify(shape), rule: JSON.stringify(rule) },
    ...(members === 1 ? {} : { members: String(members) }),
    ...(relative === undefined ? {} : { relative: JSON.stringify(relative) }),
    ...(selfTraining === undefined ? {} : { selfTraining: JSON.stringify(selfTraining) }),
    ...(fusion === undefined ? {} : { fusion: JSON.stringify(fusion) }),
  };
}

/** Files of one network do not say how many they have. Throws FORMAT. */
function readMembers(metadata: Readonly<Record<string, string>>, where: string): number {
  const members = Number(metadata['members'] ?? '1');
  if (Number.isInteger(members) && members >= 1 && members <= MOST_MEMBERS) return members;
  throw modelError(where, `has ${metadata['members']} members; it should be 1 to ${MOST_MEMBERS}`);
}

/** Longer than any record needs to be. */
const MOST_FEWEST_BEATS = 1e6;

function isShareOfClass(value: unknown, { classes }: InputContract): value is RelativeStage['mostOfClass'] {
  if (typeof value !== 'object' || value === null) return false;
  const { class: index, share, ...others } = value as Partial<Record<string, unknown>>;
  const isClass = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < classes.length;
  return isClass && typeof share === 'number' && share >= 0 && share <= 1 && Object.keys(others).length === 0;
}

/** Files of one stage say nothing of another. Throws FORMAT. */
function readRelativeStage(
  metadata: Readonly<Record<string, string>>,
  contract: InputContract,
  where: string,
): RelativeStage | undefined {
  if (metadata['relative'] === undefined) return undefined;
  const found = metadataObject(where, metadata, 'relative') as Partial<Record<string, unknown>>;
  const { to, fewestBeats, mostOfClass, ...others } = found;
  const extra = Object.keys(others)[0];
  const counts = typeof fewestBeats === 'number' && Number.isInteger(fewestBeats);
  const followed = to === 'record-median' && extra === undefined && isShareOfClass(mostOfClass, contract);
  if (!followed || !counts || fewestBeats < 1 || fewestBeats > MOST_FEWEST_BEATS)
    throw modelError(where, `has a relative stage that cannot be followed: ${JSON.stringify(found).slice(0, 120)}`);
  if (leadCount(contract) === 1)
    throw modelError(where, 'has a relative stage, which takes two leads, and looks at one');
  return { to, fewestBeats, mostOfClass };
}

export function readSequenceModel({ tensors, metadata, ...rest }: ModelParts, where: string): SequenceModel {
  const { contract } = rest;
  const encoder = metadataObject(where, metadata, 'encoder') as BeatEncoderShape;
  const shape = metadataObject(where, metadata, 'network') as SequenceNetworkShape;
  const rule = metadataObject(where, metadata, 'rule') as OutputRule;
  requireEncoder(encoder, contract, where);
  const { beats, encoding, features, rhythm, dense, hidden, classes, dropout } = shape;
  const sound =
    areWidths(beats, encoding, features, rhythm, dense, hidden, classes) && beats % 2 === 0 && isDropout(dropout);
  if (!sound || encoding !== beatVectorLength(encoder, leadCount(contract)))
    throw modelError(where, 'describes a network that cannot be built');
  const inRange = Number.isInteger(rule.class) && rule.class >= 0 && rule.class < classes;
  if (!inRange || !Number.isFinite(rule.bias) || !(rule.fibrillation >= 0 && Number.isFinite(rule.fibrillation))) {
    throw modelError(where, 'has an output rule that cannot be followed');
  }
  requireAgreement(where, [
    ['rhythm features', features, contract.rhythm.features.length],
    ['classes', classes, contract.classes.length],
  ]);
  const members = readMembers(metadata, where);
  const relative = readRelativeStage(metadata, contract, where);
  const selfTraining =
    metadata['selfTraining'] === undefined
      ? undefined
      : readSelfTraining(metadataObject(where, metadata, 'selfTraining'), classes);
  if (selfTraining && !relative)
    throw modelError(where, 'trains itself on records of a relative stage, and has no such stage');
  const fusion = readFusionCheck(metadata, contract, where);
  const ofStage = Object.entries(sequenceNetworkParameters(shape));
  const definitions: ParameterDefinitions = Object.fromEntries(
    Array.from({ length: members }, (_, member) => memberPrefix(member)).flatMap((prefix) => [
      ...Object.entries(beatEncoderParameters(encoder)).map(
        ([name, of]) => [`${prefix}${ENCODER}${name}`, of] as const,
      ),
      ...ofStage.map(([name, of]) => [`${prefix}${name}`, of] as const),
      ...(relative ? ofStage.map(([name, of]) => [`${prefix}${RELATIVE}${name}`, of] as const) : []),
    ]),
  );
  return {
    kind: 'sequence',
    encoder,
    shape,
    members,
    rule,
    ...(relative ? { relative } : {}),
    ...(selfTraining ? { selfTraining } : {}),
    ...(fusion ? { fusion } : {}),
    values: takeTensors(tensors, definitions, where),
    ...rest,
  };
}
