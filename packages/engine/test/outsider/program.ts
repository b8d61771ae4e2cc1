/**
 * A program of somebody who has nothing but this package, type-checked against the built declarations as strictly as can be:
 * without skipLibCheck, and without the types of Node or WebGPU.
 */
import {
  adamw,
  type Device,
  EngineError,
  f32,
  gradients,
  i32,
  initialise,
  linear,
  openDevice as openOnPage,
  openWebGpuDevice,
  Parameters,
  profileTrack,
  readSafetensors,
  softmaxCrossEntropy,
  warmupCosine,
  writeSafetensors,
} from '@ecgpu/engine';
import { inspectAdapters, openDevice, readTuningFile, tuningFile, writeTuningFile } from '@ecgpu/engine/node';
import { exportOnnx } from '@ecgpu/engine/onnx';
import { openCpuDevice, verifyDevice } from '@ecgpu/engine/testing';
import { tuneDevice } from '@ecgpu/engine/tuning';
import { openWasmDevice } from '@ecgpu/engine/wasm';

export const waysToOpen: readonly (() => Promise<Device>)[] = [
  async () => openDevice({ manifest: await readTuningFile(tuningFile()) }),
  () => openOnPage({ kind: 'webgpu', powerPreference: 'low-power' }),
  () => openWebGpuDevice({ requestAdapter: async () => null }),
  () => openWasmDevice({ threads: 2 }),
  async () => openCpuDevice(),
];

export async function train(device: Device): Promise<{ loss: number; file: Uint8Array; onnx: Uint8Array }> {
  const definitions = { weight: { shape: [2, 3], init: { uniform: 1 } } } as const;
  const parameters = new Parameters(device, initialise(definitions, 1));
  const step = await device.compile({ x: f32(4, 3), label: i32(4) }, ({ x, label }) => {
    const loss = softmaxCrossEntropy(linear(x, parameters.get('weight')), label);
    return { loss, weights: adamw(parameters, gradients(loss, parameters)) };
  });
  const rate = warmupCosine({ peak: 0.1, total: 10 });
  step.run({ x: new Float32Array(12), label: new Int32Array(4) }, { learningRate: rate(0), step: 1 });
  // @ts-expect-error there is no input z
  step.run({ z: new Float32Array(12) });
  // @ts-expect-error there is no output accuracy
  await step.readScalar('accuracy');
  profileTrack(await step.profile());

  const inference = await device.compile({ x: f32(4, 3) }, ({ x }) => ({ y: linear(x, parameters.get('weight')) }));
  const file = writeSafetensors(await parameters.read());
  const first = readSafetensors(file).tensors.get('weight')?.values[0];
  if (first === undefined) throw new EngineError('FORMAT', 'there is no weight');
  return { loss: await step.readScalar('loss'), file, onnx: await exportOnnx(inference, { parameters }) };
}

export async function examine(device: Device): Promise<boolean> {
  await writeTuningFile(tuningFile({}, 'linux'), await tuneDevice(device));
  const { agrees } = await verifyDevice(device, { variants: 'all' });
  return agrees && (await inspectAdapters()).some(({ software }) => !software);
}
