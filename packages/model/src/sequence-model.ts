import type { ParameterDefinitions, ParameterValues } from '@ecgpu/engine';
import { type BeatEncoderShape, beatEncoderParameters, encodingLength } from './beat-encoder.js';
import { requireEncoder } from './beat-model.js';
import type { InputContract } from './contract.js';
import type { ModelParts, Provenance } from './model-file.js';
import { areWidths, isDropout, metadataObject, modelError, requireAgreement, takeTensors } from './model-metadata.js';
import type { OutputRule } from './output-rule.js';
import { type SequenceNetworkShape, sequenceNetworkParameters } from './sequence-network.js';

/** A model that looks at many beats in a row. */
export interface SequenceModel {
  readonly kind: 'sequence';
  readonly encoder: BeatEncoderShape;
  readonly shape: SequenceNetworkShape;
  readonly rule: OutputRule;
  readonly contract: InputContract;
  /** The sequence network's by their names, the encoder's with `encoder.` before them. */
  readonly values: ParameterValues;
  readonly provenance: Provenance;
}

const ENCODER = 'encoder.';

/** The tensors of both parts under one roof. */
export function joinValues(encoder: ParameterValues, sequence: ParameterValues): ParameterValues {
  return new Map([...[...encoder].map(([name, value]) => [`${ENCODER}${name}`, value] as const), ...sequence]);
}

/** The tensors of each part under its own names. */
export function separateValues(values: ParameterValues): {
  readonly encoder: ParameterValues;
  readonly sequence: ParameterValues;
} {
  const all = [...values];
  return {
    encoder: new Map(
      all.flatMap(([name, value]) => (name.startsWith(ENCODER) ? [[name.slice(ENCODER.length), value]] : [])),
    ),
    sequence: new Map(all.filter(([name]) => !name.startsWith(ENCODER))),
  };
}

export function sequenceMetadata({ encoder, shape, rule }: SequenceModel): Readonly<Record<string, string>> {
  return { encoder: JSON.stringify(encoder), network: JSON.stringify(shape), rule: JSON.stringify(rule) };
}

export function readSequenceModel(
  { tensors, metadata, contract, provenance }: ModelParts,
  where: string,
): SequenceModel {
  const encoder = metadataObject(where, metadata, 'encoder') as BeatEncoderShape;
  const shape = metadataObject(where, metadata, 'network') as SequenceNetworkShape;
  const rule = metadataObject(where, metadata, 'rule') as OutputRule;
  requireEncoder(encoder, contract, where);
  const { beats, encoding, features, rhythm, dense, hidden, classes, dropout } = shape;
  const sound =
    areWidths(beats, encoding, features, rhythm, dense, hidden, classes) && beats % 2 === 0 && isDropout(dropout);
  if (!sound || encoding !== encodingLength(encoder))
    throw modelError(where, 'describes a network that cannot be built');
  const inRange = Number.isInteger(rule.class) && rule.class >= 0 && rule.class < classes;
  if (!inRange || !Number.isFinite(rule.bias) || !(rule.fibrillation >= 0 && Number.isFinite(rule.fibrillation))) {
    throw modelError(where, 'has an output rule that cannot be followed');
  }
  requireAgreement(where, [
    ['rhythm features', features, contract.rhythm.features.length],
    ['classes', classes, contract.classes.length],
  ]);
  const definitions: ParameterDefinitions = {
    ...Object.fromEntries(
      Object.entries(beatEncoderParameters(encoder)).map(([name, definition]) => [`${ENCODER}${name}`, definition]),
    ),
    ...sequenceNetworkParameters(shape),
  };
  return {
    kind: 'sequence',
    encoder,
    shape,
    rule,
    contract,
    values: takeTensors(tensors, definitions, where),
    provenance,
  };
}
