import {
  add,
  concat,
  type Device,
  f32,
  multiply,
  Parameters,
  reshape,
  scale,
  softmax,
  type Tensor,
} from '@ecgpu/engine';
import { exportOnnx } from '@ecgpu/engine/onnx';
import { beatEncoder, encodingLength } from '../beat-encoder.js';
import type { BeatModel } from '../beat-model.js';
import { leadCount } from '../contract.js';
import type { Model } from '../model-file.js';
import { beatNetwork } from '../network.js';
import { memberPrefix, type SequenceModel } from '../sequence-model.js';
import { sequenceNetwork } from '../sequence-network.js';

/** What every exported model says of itself in its `metadata_props`; values are JSON where they are no plain text. */
export interface OnnxMetadata {
  readonly 'ecgpu.kind': Model['kind'];
  /** The input contract: how a signal becomes the model's inputs, and what its outputs mean. */
  readonly 'ecgpu.contract': string;
  readonly 'ecgpu.classes': string;
  readonly 'ecgpu.provenance': string;
  /** Temperature of the probabilities: already in those of a beat model, to be applied after the output rule of a sequence. */
  readonly 'ecgpu.calibration'?: string;
  /** Of a sequence: what becomes of its outputs. */
  readonly 'ecgpu.outputRule'?: string;
  readonly 'ecgpu.windows'?: string;
  readonly 'ecgpu.notice': string;
}

/**
 * A model as an ONNX file (opset 17) with its preprocessing contract in the metadata. The first dimension of every input is
 * free.
 *
 * - `beat`: `window` [beats, channels, samples] and `rhythm` [beats, features] give `logits` and `probabilities`
 *   [beats, classes] and `attention` [beats, samples / 8].
 * - `sequence`: `window` [windows, beats, channels, samples] and `rhythm` [windows, beats, features] give `logits`
 *   [windows, beats, classes] and `fibrillation` [windows, beats, 1], averaged over members. A model of two leads also takes `second`,
 *   shaped like `window`, and `present` [windows, beats, 1], 0 where there is no second lead. How windows overlap and the output
 *   rule are in the metadata.
 */
export async function exportModel(device: Device, model: Model): Promise<Uint8Array> {
  const metadata: OnnxMetadata = {
    'ecgpu.kind': model.kind,
    'ecgpu.contract': JSON.stringify(model.contract),
    'ecgpu.classes': JSON.stringify(model.contract.classes),
    'ecgpu.provenance': JSON.stringify(model.provenance),
    ...(model.calibration ? { 'ecgpu.calibration': JSON.stringify(model.calibration) } : {}),
    ...(model.kind === 'sequence' ? sequenceMetadata(model) : {}),
    'ecgpu.notice': 'Research software. Not for clinical use.',
  };
  const parameters = new Parameters(device, model.values);
  const program = await (model.kind === 'beat'
    ? compileBeat(device, model, parameters)
    : compileSequence(device, model, parameters));
  try {
    return await exportOnnx(program, { name: model.kind, dynamicBatch: true, parameters, metadata: { ...metadata } });
  } finally {
    program.release();
  }
}

function compileBeat(device: Device, { shape, calibration }: BeatModel, parameters: Parameters) {
  const temperature = calibration?.temperature ?? 1;
  return device.compile(
    { window: f32(1, shape.channels, shape.samples), rhythm: f32(1, shape.features) },
    ({ window, rhythm }) => {
      const { logits, attention } = beatNetwork(parameters, { window, rhythm }, shape, 'inference');
      return { logits, probabilities: softmax(scale(logits, 1 / temperature)), attention };
    },
  );
}

function compileSequence(device: Device, model: SequenceModel, parameters: Parameters) {
  const { encoder, shape, contract, members } = model;
  const { beats, features } = shape;
  const { channels, samples } = encoder;
  const length = encodingLength(encoder);
  const window = f32(1, beats, channels, samples);
  const rhythm = f32(1, beats, features);
  const network = (inputs: { window: Tensor; rhythm: Tensor; second?: Tensor; present?: Tensor }) => {
    const called = Array.from({ length: members }, (_, member) => {
      const own = { get: (name: string) => parameters.get(`${memberPrefix(member)}${name}`) };
      const ofEncoder = { get: (name: string) => own.get(`encoder.${name}`) };
      const encode = (lead: Tensor) =>
        reshape(beatEncoder(ofEncoder, reshape(lead, [beats, channels, samples]), encoder, 'inference').context, [
          ...[1, beats, length],
        ]);
      const { second, present } = inputs;
      const first = encode(inputs.window);
      const encoded = second && present ? concat([first, multiply(encode(second), present), present], 2) : first;
      return sequenceNetwork(own, { encoded, rhythm: inputs.rhythm }, shape, 'inference');
    });
    const mean = (of: (one: (typeof called)[number]) => Tensor) => {
      const [head, ...rest] = called.map(of);
      return rest.length === 0
        ? head!
        : scale(
            rest.reduce((total, x) => add(total, x), head!),
            1 / members,
          );
    };
    return { logits: mean(({ logits }) => logits), fibrillation: mean(({ fibrillation }) => fibrillation) };
  };
  return leadCount(contract) === 1
    ? device.compile({ window, rhythm }, network)
    : device.compile({ window, rhythm, second: window, present: f32(1, beats, 1) }, network);
}

function sequenceMetadata({ rule, shape }: SequenceModel) {
  return {
    'ecgpu.outputRule': JSON.stringify(rule),
    'ecgpu.windows': JSON.stringify({
      beats: shape.beats,
      hop: shape.beats / 2,
      weight: 'min(k + 1, beats - k) for the beat k of a window, on its log-probabilities and its fibrillation',
      last: 'ends with the last beat of the record',
    }),
  };
}
