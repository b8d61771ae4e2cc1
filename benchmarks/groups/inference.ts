import { Parameters } from '@ecgpu/engine';
import type { Beats } from '../beats.js';
import { countInference } from '../floors/count.js';
import type { Entry } from '../measurement/contender.js';
import type { Group } from '../measurement/measure.js';
import { compileInference, inferenceEntry, OWN_DEVICES, REFERENCE, WEBGPU, withControl } from '../peers/ecgpu.js';
import { jaxInference } from '../peers/jax-network.js';
import { onnxruntimeNode } from '../peers/onnxruntime-node.js';
import { onnxruntimeWeb } from '../peers/onnxruntime-web.js';
import { pytorch } from '../peers/pytorch.js';
import { tfjsInference } from '../peers/tfjs-network.js';
import { makeWorkspace } from '../peers/workspace.js';
import type { PreparedGroup } from './group.js';

/** f32 through some 1,000 roundings (see packages/model/test/network.test.ts), with room for other orders of sums. */
const TOLERANCE = 1e-4;

export async function inferenceGroup(beats: Beats, size: number): Promise<PreparedGroup> {
  const batch = beats.batch(size);
  const device = await REFERENCE.open();
  const program = await compileInference(device, new Parameters(device, beats.values), size);
  program.run({ window: batch.window, rhythm: batch.rhythm });
  const expected = await program.read('logits');
  device.close();
  const workspace = await makeWorkspace(beats, batch);
  const own = OWN_DEVICES.map((each) => inferenceEntry(each, beats.values, batch, expected));
  const entries: Entry[] = [
    ...own.slice(0, 2).flatMap(withControl),
    ...own.slice(2),
    tfjsInference('webgpu', beats.values, batch, expected),
    tfjsInference('wasm', beats.values, batch, expected),
    ...[1, 2].map((threads) => onnxruntimeNode(workspace.onnx, batch, threads, expected)),
    ...[1, 2].map((threads) => onnxruntimeWeb(workspace, threads, expected)),
    jaxInference('webgpu', beats.values, batch, expected),
    jaxInference('wasm', beats.values, batch, expected),
    ...[1, 2].map((threads) => pytorch('inference', workspace.beats, threads, expected)),
  ];
  const group: Group = {
    name: `inference, batch ${size}`,
    what: 'one batch from host arrays to logits on the host',
    flops: (await countInference(beats.values, size)).flops,
    beats: size,
    tolerance: TOLERANCE,
    reference: WEBGPU.name,
    entries,
  };
  return { group, remove: workspace.remove };
}
