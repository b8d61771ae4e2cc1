import { type Device, f32, Parameters, type ParameterValues, type Program, scale, softmax } from '@ecgpu/engine';
import { encodeOnnx, exportOnnx } from '@ecgpu/engine/onnx';
import type { BeatModel } from '../model-file/beat-model.js';
import type { Model } from '../model-file/model-file.js';
import { type SequenceModel, withoutRelativeStage } from '../model-file/sequence-model.js';
import { beatNetwork } from '../network/beat-network.js';
import { beatMetadata, recordMetadata, windowsMetadata } from './metadata.js';
import { buildRecordGraph } from './record-graph.js';
import { compileWindow } from './sequence-programs.js';

/**
 * A model as an ONNX file (opset 17) that takes any number of beats, with its preprocessing contract in the metadata.
 *
 * - `beat`: `window` [beats, channels, samples] and `rhythm` [beats, features] give `logits` and `probabilities`
 *   [beats, classes] and `attention` [beats, samples / 8].
 * - `sequence`: the same two of all beats of one record, in the order of time and at least one, give what the model's classifier
 *   gives: `logits` [beats, classes] after the output rule, `probabilities` [beats, classes] at the temperature,
 *   `fibrillation` [beats, 1], log-odds, and `class` [beats], the likeliest's index. A model of two leads also takes `second`,
 *   shaped like `window`, and `present` [beats, 1], 0 where the second lead is absent; with a relative stage it also gives
 *   `relative`, whether that stage called the record. Calls of fusion beats are not checked, and of a patient's model it is what the
 *   networks alone give.
 */
export async function exportModel(device: Device, model: Model): Promise<Uint8Array> {
  return withParameters(device, model.values, async (parameters) => {
    if (model.kind === 'sequence') {
      const graph = await buildRecordGraph(device, model, parameters);
      return encodeOnnx({ name: 'record', ...graph, metadata: { ...recordMetadata(model) } });
    }
    return released(compileBeat(device, model, parameters), (program) =>
      exportOnnx(program, { name: 'beat', dynamicBatch: true, parameters, metadata: { ...beatMetadata(model) } }),
    );
  });
}

/**
 * A sequence model as an ONNX file of any number of windows of beats, for streams and other stretches of a record: `window` [windows, beats, channels, samples] and `rhythm`
 * [windows, beats, features] give `logits` [windows, beats, classes], log-probabilities, and `fibrillation` [windows, beats, 1],
 * log-odds; both averaged over the members. A model of two leads also takes `second`, shaped like `window`, and `present`
 * [windows, beats, 1]. How windows overlap, the output rule and the temperature are in the metadata. A relative stage, which needs the
 * median of the encoder's vectors over a whole record, is left out.
 */
export async function exportWindows(device: Device, given: SequenceModel): Promise<Uint8Array> {
  const model = given.relative ? plainStage(given) : given;
  const metadata = { ...windowsMetadata(model, given.relative !== undefined) };
  return withParameters(device, model.values, (parameters) =>
    released(compileWindow(device, model, parameters), (program) =>
      exportOnnx(program, { name: 'windows', dynamicBatch: true, parameters, metadata }),
    ),
  );
}

async function withParameters<T>(
  device: Device,
  values: ParameterValues,
  use: (parameters: Parameters) => Promise<T>,
): Promise<T> {
  const parameters = new Parameters(device, values);
  try {
    return await use(parameters);
  } finally {
    parameters.release();
  }
}

async function released<P extends Pick<Program, 'release'>>(
  compiled: Promise<P>,
  use: (program: P) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const program = await compiled;
  try {
    return await use(program);
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
