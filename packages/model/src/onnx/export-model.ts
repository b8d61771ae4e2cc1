import { type Device, f32, Parameters, scale, softmax } from '@ecgpu/engine';
import { exportOnnx } from '@ecgpu/engine/onnx';
import type { BeatModel } from '../beat-model.js';
import { leadCount } from '../contract.js';
import type { Model } from '../model-file.js';
import { beatNetwork } from '../network.js';
import { type SequenceModel, withoutRelativeStage } from '../sequence-model.js';
import { compileSequenceGraph } from './sequence-graph.js';

/** What every exported model says of itself in its `metadata_props`; values are JSON where they are no plain text. */
export interface OnnxMetadata {
  readonly 'ecgpu.kind': Model['kind'];
  /** The input contract: how a signal becomes the model's inputs, and what its outputs mean. */
  readonly 'ecgpu.contract': string;
  readonly 'ecgpu.classes': string;
  readonly 'ecgpu.provenance': string;
  /** What each input holds, by its name. */
  readonly 'ecgpu.inputs': string;
  /** Temperature of the probabilities: already in those of a beat model, to be applied after the output rule of a sequence. */
  readonly 'ecgpu.calibration'?: string;
  /** Of a sequence: how many networks' outputs are averaged in it, */
  readonly 'ecgpu.members'?: string;
  /** and what becomes of its outputs. */
  readonly 'ecgpu.outputRule'?: string;
  readonly 'ecgpu.windows'?: string;
  /** Of a sequence with a relative stage, that it is not in the file. */
  readonly 'ecgpu.stage'?: string;
  readonly 'ecgpu.notice': string;
}

/**
 * A model as an ONNX file (opset 17) with its preprocessing contract in the metadata. The first dimension of every input is
 * free.
 *
 * - `beat`: `window` [beats, channels, samples] and `rhythm` [beats, features] give `logits` and `probabilities`
 *   [beats, classes] and `attention` [beats, samples / 8].
 * - `sequence`: `window` [windows, beats, channels, samples] and `rhythm` [windows, beats, features] give `logits`
 *   [windows, beats, classes], log-probabilities, and `fibrillation` [windows, beats, 1], log-odds; both averaged over the
 *   members. A model of two leads also takes `second`, shaped like `window`, and `present` [windows, beats, 1], 0 where the
 *   second lead is absent. How windows overlap and the output rule are in the metadata. A relative stage, which needs the median of
 *   the encoder's vectors over a whole record, is left out: the file gives what the model gives of a stretch of a record.
 */
export async function exportModel(device: Device, given: Model): Promise<Uint8Array> {
  const hasRelativeStage = given.kind === 'sequence' && given.relative !== undefined;
  const model = hasRelativeStage ? plainStage(given) : given;
  const metadata: OnnxMetadata = {
    'ecgpu.kind': model.kind,
    'ecgpu.contract': JSON.stringify(model.contract),
    'ecgpu.classes': JSON.stringify(model.contract.classes),
    'ecgpu.inputs': JSON.stringify(inputsOf(model)),
    'ecgpu.provenance': JSON.stringify(model.provenance),
    ...(model.calibration ? { 'ecgpu.calibration': JSON.stringify(model.calibration) } : {}),
    ...(model.kind === 'sequence' ? sequenceMetadata(model) : {}),
    ...(hasRelativeStage
      ? {
          'ecgpu.stage':
            "vectors as they are: for one lead, short records and streams; the model's stage for whole records of two leads is not in this file",
        }
      : {}),
    'ecgpu.notice': 'Research software. Not for clinical use.',
  };
  const parameters = new Parameters(device, model.values);
  const program = await (model.kind === 'beat'
    ? compileBeat(device, model, parameters)
    : compileSequenceGraph(device, model, parameters));
  try {
    return await exportOnnx(program, { name: model.kind, dynamicBatch: true, parameters, metadata: { ...metadata } });
  } finally {
    program.release();
  }
}

/** The model without its relative stage, at the temperature of the other one. */
function plainStage(model: SequenceModel): SequenceModel {
  const without = withoutRelativeStage(model);
  if (!model.calibration?.plain) return without;
  const { plain, ...calibration } = model.calibration;
  return { ...without, calibration: { ...calibration, ...plain } };
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

/** Every input of the exported graph, in words. */
function inputsOf({ kind, contract }: Model): Readonly<Record<string, string>> {
  const each = kind === 'beat' ? '' : 'windows, ';
  return {
    window: `f32 [${each}beats, channels, samples]: the beats of the first lead`,
    rhythm: `f32 [${each}beats, features]`,
    ...(kind === 'beat' || leadCount(contract) === 1
      ? {}
      : {
          second: `f32 [${each}beats, channels, samples]: the same beats of the second lead, with its own scale and template; any finite numbers where it is absent`,
          present: `f32 [${each}beats, 1]: 1, or 0 where the record has no second lead or the beat's signal there is missing or flat`,
        }),
  };
}

function sequenceMetadata({ rule, shape, members }: SequenceModel) {
  return {
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
  };
}
