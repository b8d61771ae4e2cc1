import type { Beats } from '../beats.js';
import { countTraining } from '../floors/count.js';
import type { Entry } from '../measurement/contender.js';
import type { Group } from '../measurement/measure.js';
import {
  compileStep,
  firstLosses,
  OWN_DEVICES,
  REFERENCE,
  type StepKind,
  trainingEntry,
  WEBGPU,
  wasm,
  withControl,
} from '../peers/ecgpu.js';
import { jaxTraining } from '../peers/jax-network.js';
import { pytorch } from '../peers/pytorch.js';
import { tfjsTraining } from '../peers/tfjs-network.js';
import { makeWorkspace } from '../peers/workspace.js';
import type { PreparedGroup } from './group.js';

/** Of the losses of three steps; Adam's first steps move by the sign of a gradient, whose rounding shows in the third. */
const TOLERANCE = 1e-3;

export async function trainingGroup(beats: Beats, size: number): Promise<PreparedGroup> {
  const batch = beats.batch(size);
  const { values } = beats;
  const expected = async (kind: StepKind) => {
    const device = await REFERENCE.open();
    const losses = await firstLosses(await compileStep(device, values, size, kind), batch);
    device.close();
    return losses;
  };
  const losses = { plain: await expected('plain'), shipped: await expected('shipped') };
  const workspace = await makeWorkspace(beats, batch);
  const plain = OWN_DEVICES.map((own) => trainingEntry(own, values, batch, 'plain', losses.plain));
  const entries: Entry[] = [
    ...plain.slice(0, 2).flatMap(withControl),
    ...plain.slice(2),
    ...[WEBGPU, wasm(2)].map((own) => trainingEntry(own, values, batch, 'shipped', losses.shipped)),
    tfjsTraining('webgpu', values, batch, losses.plain),
    tfjsTraining('wasm', values, batch, losses.plain),
    jaxTraining('webgpu', values, batch, losses.plain),
    jaxTraining('wasm', values, batch, losses.plain),
    ...[1, 2].map((threads) => pytorch('training', workspace.beats, threads, losses.plain)),
  ];
  const group: Group = {
    name: `training step, batch ${size}`,
    what: 'batch to the device, forward, loss, backward, Adam; the loss is read after the last step of a sample',
    flops: (await countTraining(values, size, 'plain')).flops,
    beats: size,
    sampleFactor: 3,
    tolerance: TOLERANCE,
    reference: WEBGPU.name,
    entries,
  };
  return { group, remove: workspace.remove };
}
