import { EcgError } from '@ecgpu/ecg-dsp';
import { type Device, f32, Parameters, reshape, scale, softmax } from '@ecgpu/engine';
import { exportOnnx } from '@ecgpu/engine/onnx';
import { beatEncoder } from '../beat-encoder.js';
import type { BeatModel } from '../beat-model.js';
import { leadCount } from '../contract.js';
import type { Model } from '../model-file.js';
import { beatNetwork } from '../network.js';
import type { SequenceModel } from '../sequence-model.js';
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
 *   [windows, beats, classes] and `fibrillation` [windows, beats, 1]. How windows overlap and the output rule are in the metadata.
 *
 * @throws EcgError `UNSUPPORTED_EXPORT` for a sequence model of several members or two leads.
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
  if (members > 1 || leadCount(contract) > 1) {
    throw new EcgError(
      'UNSUPPORTED_EXPORT',
      `a sequence model of ${members} members and ${leadCount(contract)} leads has no ONNX form here`,
      { where: 'exportModel', fix: 'Export a sequence model of one member that looks at one lead.' },
    );
  }
  const { beats, features } = shape;
  const { channels, samples } = encoder;
  const ofEncoder = { get: (name: string) => parameters.get(`encoder.${name}`) };
  return device.compile(
    { window: f32(1, beats, channels, samples), rhythm: f32(1, beats, features) },
    ({ window, rhythm }) => {
      const each = beatEncoder(ofEncoder, reshape(window, [beats, channels, samples]), encoder, 'inference').context;
      const encoded = reshape(each, [1, beats, shape.encoding]);
      const { logits, fibrillation } = sequenceNetwork(parameters, { encoded, rhythm }, shape, 'inference');
      return { logits, fibrillation };
    },
  );
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
