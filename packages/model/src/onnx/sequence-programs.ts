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
import { ENCODER, memberPrefix, RELATIVE, type SequenceModel } from '../model-file/sequence-model.js';
import { beatEncoder, encodingLength } from '../network/beat-encoder.js';
import { sequenceNetwork } from '../network/sequence-network.js';
import { leadCount } from '../preprocess/contract.js';
import type { StageName } from '../record/median.js';

type ModelParameters = Pick<Parameters, 'get'>;

/** One window of beats; those of a second lead where the model looks at two. */
interface WindowInputs {
  readonly window: Tensor;
  readonly rhythm: Tensor;
  readonly second?: Tensor;
  readonly present?: Tensor;
}

/** A sequence model's networks from signal to log-probabilities as one program over one window, its members averaged. */
export function compileWindow(device: Device, model: SequenceModel, parameters: ModelParameters) {
  const { encoder, shape, contract } = model;
  const window = f32(1, shape.beats, encoder.channels, encoder.samples);
  const rhythm = f32(1, shape.beats, shape.features);
  const graph = (inputs: WindowInputs) =>
    stageGraph(
      model,
      parameters,
      membersOf(model, parameters).map((own) => encodedBeats(model, own, inputs)),
      inputs.rhythm,
    );
  return leadCount(contract) === 1
    ? device.compile({ window, rhythm }, graph)
    : device.compile({ window, rhythm, second: window, present: f32(1, shape.beats, 1) }, graph);
}

/** All members' encoders over one beat of one lead, `window` [1, channels, samples]: each one's vector [1, length], by {@link encodedName}. */
export function compileEncoders(device: Device, model: SequenceModel, parameters: ModelParameters) {
  const { encoder } = model;
  return device.compile({ window: f32(1, encoder.channels, encoder.samples) }, ({ window }) =>
    Object.fromEntries(
      membersOf(model, parameters).map((own, member) => [
        encodedName(member),
        beatEncoder(within(own, ENCODER), window, encoder, 'inference').context,
      ]),
    ),
  );
}

/**
 * One stage of all members over one window of encoded beats, each member's [1, beats, encoding] by {@link encodedName}, and
 * `rhythm`: what the members say, averaged.
 */
export function compileStage(device: Device, model: SequenceModel, parameters: ModelParameters, stage: StageName) {
  const { shape } = model;
  const names = membersOf(model, parameters).map((_, member) => encodedName(member));
  const encoded = names.map((name) => [name, f32(1, shape.beats, shape.encoding)] as const);
  return device.compile(
    { rhythm: f32(1, shape.beats, shape.features), ...Object.fromEntries(encoded) },
    ({ rhythm, ...each }: { readonly rhythm: Tensor; readonly [member: string]: Tensor }) => {
      const inputs = names.map((name) => each[name]!);
      return stageGraph(model, parameters, inputs, rhythm, stage);
    },
  );
}

/** What a member's vectors are called. */
export const encodedName = (member: number) => `encoded${member}`;

function stageGraph(
  model: SequenceModel,
  parameters: ModelParameters,
  encoded: readonly Tensor[],
  rhythm: Tensor,
  stage: StageName = 'plain',
) {
  const each = membersOf(model, parameters).map((own, member) => {
    const network = stage === 'plain' ? own : within(own, RELATIVE);
    const inputs = { encoded: encoded[member]!, rhythm };
    const { logits, fibrillation } = sequenceNetwork(network, inputs, model.shape, 'inference');
    return { logits: logProbabilitiesOf(logits), fibrillation };
  });
  return {
    logits: mean(each.map(({ logits }) => logits)),
    fibrillation: mean(each.map(({ fibrillation }) => fibrillation)),
  };
}

/** Each member's tensors under its own names. */
const membersOf = ({ members }: SequenceModel, parameters: ModelParameters): ModelParameters[] =>
  Array.from({ length: members }, (_, member) => within(parameters, memberPrefix(member)));

const within = (parameters: ModelParameters, prefix: string): ModelParameters => ({
  get: (name) => parameters.get(`${prefix}${name}`),
});

/** As {@link joinLeads} has it. Both leads go through the encoder as one batch, so that its weights are in the file once. */
function encodedBeats(
  { encoder, shape: { beats } }: SequenceModel,
  parameters: ModelParameters,
  { window, second, present }: WindowInputs,
): Tensor {
  const ofEncoder = within(parameters, ENCODER);
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
