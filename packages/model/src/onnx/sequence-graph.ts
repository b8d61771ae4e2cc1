import {
  add,
  concat,
  type Device,
  exp,
  f32,
  log,
  maxPool1d,
  multiply,
  type Parameters,
  reshape,
  scale,
  slice,
  subtract,
  sum,
  type Tensor,
} from '@ecgpu/engine';
import { beatEncoder, encodingLength } from '../beat-encoder.js';
import { leadCount } from '../contract.js';
import { memberPrefix, type SequenceModel } from '../sequence-model.js';
import { sequenceNetwork } from '../sequence-network.js';

type ModelParameters = Pick<Parameters, 'get'>;

/** One window of beats; those of a second lead where the model looks at two. */
interface WindowInputs {
  readonly window: Tensor;
  readonly rhythm: Tensor;
  readonly second?: Tensor;
  readonly present?: Tensor;
}

/** A sequence model's networks from signal to log-probabilities as one program over one window, its members averaged. */
export function compileSequenceGraph(device: Device, model: SequenceModel, parameters: ModelParameters) {
  const { encoder, shape, contract, members } = model;
  const window = f32(1, shape.beats, encoder.channels, encoder.samples);
  const rhythm = f32(1, shape.beats, shape.features);
  const graph = (inputs: WindowInputs) => {
    const each = Array.from({ length: members }, (_, member) => ofMember(model, parameters, member, inputs));
    return {
      logits: mean(each.map(({ logits }) => logits)),
      fibrillation: mean(each.map(({ fibrillation }) => fibrillation)),
    };
  };
  return leadCount(contract) === 1
    ? device.compile({ window, rhythm }, graph)
    : device.compile({ window, rhythm, second: window, present: f32(1, shape.beats, 1) }, graph);
}

function ofMember(model: SequenceModel, parameters: ModelParameters, member: number, inputs: WindowInputs) {
  const own = { get: (name: string) => parameters.get(`${memberPrefix(member)}${name}`) };
  const encoded = encodedBeats(model, own, inputs);
  const { logits, fibrillation } = sequenceNetwork(own, { encoded, rhythm: inputs.rhythm }, model.shape, 'inference');
  return { logits: logProbabilitiesOf(logits), fibrillation };
}

/** As {@link joinLeads} has it. Both leads go through the encoder as one batch, so that its weights are in the file once. */
function encodedBeats(
  { encoder, shape: { beats } }: SequenceModel,
  parameters: ModelParameters,
  { window, second, present }: WindowInputs,
): Tensor {
  const ofEncoder = { get: (name: string) => parameters.get(`encoder.${name}`) };
  const encode = (windows: Tensor, count: number) => {
    const each = reshape(windows, [count, encoder.channels, encoder.samples]);
    return reshape(beatEncoder(ofEncoder, each, encoder, 'inference').context, [1, count, encodingLength(encoder)]);
  };
  if (!second || !present) return encode(window, beats);
  const both = encode(concat([window, second], 1), 2 * beats);
  const [first, other] = [slice(both, 1, 0, beats), slice(both, 1, beats, 2 * beats)];
  return concat([first, multiply(other, present), present], 2);
}

/** log softmax over the classes of [1, beats, classes], of logits of any size. */
function logProbabilitiesOf(logits: Tensor): Tensor {
  const [, beats, classes] = logits.shape as [number, number, number];
  const below = subtract(logits, maxPool1d(logits, { kernel: classes }));
  return subtract(below, reshape(log(sum(exp(below), 2)), [1, beats, 1]));
}

function mean(tensors: readonly Tensor[]): Tensor {
  const total = tensors.reduce((one, other) => add(one, other));
  return tensors.length === 1 ? total : scale(total, 1 / tensors.length);
}
