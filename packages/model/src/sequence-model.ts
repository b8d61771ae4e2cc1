import type { ParameterDefinitions, ParameterValues } from '@ecgpu/engine';
import { type BeatEncoderShape, beatEncoderParameters } from './beat-encoder.js';
import { requireEncoder } from './beat-model.js';
import type { Calibration } from './confidence/calibration.js';
import { type InputContract, leadCount } from './contract.js';
import { beatVectorLength } from './lead-vectors.js';
import type { ModelParts, Provenance } from './model-file.js';
import { areWidths, isDropout, metadataObject, modelError, requireAgreement, takeTensors } from './model-metadata.js';
import type { OutputRule } from './output-rule.js';
import { type SequenceNetworkShape, sequenceNetworkParameters } from './sequence-network.js';

/** A model that looks at many beats in a row. */
export interface SequenceModel {
  readonly kind: 'sequence';
  readonly encoder: BeatEncoderShape;
  readonly shape: SequenceNetworkShape;
  /** Networks of this architecture, trained alike from other seeds; what they say is averaged. */
  readonly members: number;
  readonly rule: OutputRule;
  readonly contract: InputContract;
  /**
   * The sequence network's by their names, the encoder's with `encoder.` before them; those of a second member with
   * `member1.` before both, of a third with `member2.`.
   */
  readonly values: ParameterValues;
  readonly provenance: Provenance;
  readonly calibration?: Calibration;
}

const ENCODER = 'encoder.';

/** More are refused: a file could ask for any number. */
const MOST_MEMBERS = 16;

/** What stands before the names of a member's tensors. */
export const memberPrefix = (member: number) => (member === 0 ? '' : `member${member}.`);
const MEMBER = /^member\d+\./;

/** The tensors of both parts of a member under one roof. */
export function joinValues(encoder: ParameterValues, sequence: ParameterValues, member = 0): ParameterValues {
  const prefix = memberPrefix(member);
  return new Map([
    ...[...encoder].map(([name, value]) => [`${prefix}${ENCODER}${name}`, value] as const),
    ...[...sequence].map(([name, value]) => [`${prefix}${name}`, value] as const),
  ]);
}

/** The tensors of each part of a member under its own names. */
export function separateValues(
  values: ParameterValues,
  member = 0,
): {
  readonly encoder: ParameterValues;
  readonly sequence: ParameterValues;
} {
  const prefix = memberPrefix(member);
  const own = [...values].flatMap(([name, value]) => {
    if (member === 0 ? MEMBER.test(name) : !name.startsWith(prefix)) return [];
    return [[name.slice(prefix.length), value] as const];
  });
  return {
    encoder: new Map(
      own.flatMap(([name, value]) => (name.startsWith(ENCODER) ? [[name.slice(ENCODER.length), value]] : [])),
    ),
    sequence: new Map(own.filter(([name]) => !name.startsWith(ENCODER))),
  };
}

export function sequenceMetadata({ encoder, shape, members, rule }: SequenceModel): Readonly<Record<string, string>> {
  const parts = { encoder: JSON.stringify(encoder), network: JSON.stringify(shape), rule: JSON.stringify(rule) };
  return members === 1 ? parts : { ...parts, members: String(members) };
}

/** Files of one network do not say how many they have. Throws FORMAT. */
function readMembers(metadata: Readonly<Record<string, string>>, where: string): number {
  const members = Number(metadata['members'] ?? '1');
  if (Number.isInteger(members) && members >= 1 && members <= MOST_MEMBERS) return members;
  throw modelError(where, `has ${metadata['members']} members; it should be 1 to ${MOST_MEMBERS}`);
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
  const definitions: ParameterDefinitions = Object.fromEntries(
    Array.from({ length: members }, (_, member) => memberPrefix(member)).flatMap((prefix) => [
      ...Object.entries(beatEncoderParameters(encoder)).map(
        ([name, of]) => [`${prefix}${ENCODER}${name}`, of] as const,
      ),
      ...Object.entries(sequenceNetworkParameters(shape)).map(([name, of]) => [`${prefix}${name}`, of] as const),
    ]),
  );
  return {
    kind: 'sequence',
    encoder,
    shape,
    members,
    rule,
    values: takeTensors(tensors, definitions, where),
    ...rest,
  };
}
