import { initialise, type SafetensorsTensor } from '@ecgpu/engine';
import { NO_RULE, type OutputRule } from '../logits/output-rule.js';
import type { BeatModel } from '../model-file/beat-model.js';
import { decodeModel, encodeModel, requireKind } from '../model-file/model-file.js';
import type { Provenance } from '../model-file/provenance.js';
import { joinValues, type SequenceModel } from '../model-file/sequence-model.js';
import { beatEncoderParameters } from '../network/beat-encoder.js';
import { type BeatNetworkShape, beatNetworkParameters } from '../network/beat-network.js';
import { beatVectorLength } from '../network/lead-vectors.js';
import { SEQUENCE_NETWORK, type SequenceNetworkShape, sequenceNetworkParameters } from '../network/sequence-network.js';
import { type InputContract, SEQUENCE_CONTRACT, withSecondLead } from '../preprocess/contract.js';
import { RECORD_MEDIAN } from '../record/median.js';
import { encoderShapeOf, StateDict, stateError } from './state-dict.js';

/**
 * A beat model of weights that were trained in PyTorch. The network's widths follow from the tensors' shapes; what it
 * expects and means is not in them and must be given.
 *
 * @param tensors by the names of the state_dict that `pytorchNames` lists.
 * @throws EngineError `FORMAT` where a tensor is missing, too many or of another shape than the network's.
 */
export function importBeatModel(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  { contract, provenance }: { readonly contract: InputContract; readonly provenance: Provenance },
  where = 'weights',
): BeatModel {
  const state = new StateDict(tensors, where);
  const shape: BeatNetworkShape = {
    ...encoderShapeOf(state, contract),
    features: contract.rhythm.features.length,
    dense: state.shapeOf('d1.weight', 2)[0]!,
    classes: state.shapeOf('d2.weight', 2)[0]!,
  };
  const needed = initialise(beatNetworkParameters(shape), 0);
  state.requireNoOthers([{ prefix: '', names: needed.keys() }]);
  // Read back, so that a model that could not be loaded is not written.
  const model: BeatModel = { kind: 'beat', shape, contract, values: state.values(needed), provenance };
  return requireKind(decodeModel(encodeModel(model), where), 'beat', where);
}

export interface SequenceImport {
  readonly provenance: Provenance;
  /** Default: that of the shipped sequence model, with a second lead where the network takes one. */
  readonly contract?: InputContract;
  /** Default: none. */
  readonly rule?: OutputRule;
  /** Beats of a window, which no tensor tells. Default 64. */
  readonly beats?: number;
}

/**
 * A sequence model of weights that were trained in PyTorch: the network's own, and its beat encoder's with `encoder.` before
 * them; of a relative stage with `relative.`; of several members each with `members.0.`, `members.1.`, … before all of these. Widths,
 * leads and members follow from the tensors, and whether there is a relative stage.
 *
 * @param tensors by the names of the state_dict that `pytorchNames` lists.
 * @throws EngineError `FORMAT` where a tensor is missing, too many or of another shape than the network's.
 */
export function importSequenceModel(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  { provenance, contract: given, rule = NO_RULE, beats = SEQUENCE_NETWORK.beats }: SequenceImport,
  where = 'weights',
): SequenceModel {
  const state = new StateDict(tensors, where);
  const prefixes: string[] = [];
  while (state.has(`members.${prefixes.length}.p.weight`)) prefixes.push(`members.${prefixes.length}.`);
  if (prefixes.length === 0) prefixes.push('');
  const first = state.module(prefixes[0]!);
  const encoder = encoderShapeOf(first.module('encoder.'), given ?? SEQUENCE_CONTRACT);
  const features = (given ?? SEQUENCE_CONTRACT).rhythm.features.length;
  const [dense, joined] = first.shapeOf('p.weight', 2) as [number, number];
  const rhythm = first.shapeOf('rr.weight_hh_l0', 2)[1]!;
  const encoding = joined - features - 2 * rhythm;
  const shape: SequenceNetworkShape = {
    ...{ beats, encoding, features, rhythm, dense },
    hidden: first.shapeOf('r.weight_hh_l0', 2)[1]!,
    classes: first.shapeOf('d2.weight', 2)[0]!,
    dropout: SEQUENCE_NETWORK.dropout,
  };
  const [ofOne, ofTwo] = [beatVectorLength(encoder, 1), beatVectorLength(encoder, 2)];
  if (encoding !== ofOne && encoding !== ofTwo) {
    const others = features + 2 * rhythm;
    throw stateError(
      where,
      `'p.weight' takes ${joined} numbers a beat; with ${features} rhythm features it is ${ofOne + others} of one lead, ${ofTwo + others} of two`,
    );
  }
  const hasStage = first.has('relative.p.weight');
  const contract = given ?? (encoding === ofTwo ? withSecondLead(SEQUENCE_CONTRACT) : SEQUENCE_CONTRACT);
  const ofEncoder = initialise(beatEncoderParameters(encoder), 0);
  const ofSequence = initialise(sequenceNetworkParameters(shape), 0);
  state.requireNoOthers(
    prefixes.flatMap((prefix) => [
      { prefix: `${prefix}encoder.`, names: ofEncoder.keys() },
      { prefix, names: ofSequence.keys() },
      ...(hasStage ? [{ prefix: `${prefix}relative.`, names: ofSequence.keys() }] : []),
    ]),
  );
  const values = prefixes.flatMap((prefix, member) => {
    const own = state.module(prefix);
    const relative = hasStage ? own.module('relative.').values(ofSequence) : undefined;
    return [...joinValues(own.module('encoder.').values(ofEncoder), own.values(ofSequence), member, relative)];
  });
  const members = prefixes.length;
  const premature = contract.classes.indexOf('S');
  if (hasStage && premature < 0)
    throw stateError(where, 'has a relative stage, which leaves records of many S to the other one, and no class S');
  const relative = { ...RECORD_MEDIAN, mostOfClass: { ...RECORD_MEDIAN.mostOfClass, class: premature } };
  const model: SequenceModel = {
    ...{ kind: 'sequence', encoder, shape, members, rule, contract, provenance },
    ...(hasStage ? { relative } : {}),
    values: new Map(values),
  };
  return requireKind(decodeModel(encodeModel(model), where), 'sequence', where);
}
