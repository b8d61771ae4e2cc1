import { type DeviceKind, type KernelProfile, openDevice, profileTrack } from '../../../src/index.js';
import { smallTraining, weightBits } from '../../small-network.js';

export interface TrainingReport {
  readonly kind: DeviceKind;
  readonly adapter: string;
  readonly firstLoss: number;
  readonly lastLoss: number;
  readonly bits: number[];
  /** What the device made between the third step and the last: nothing but submits. */
  readonly created: number;
  readonly pipelinesReported: readonly [done: number, total: number][];
}

/** Trains the small network from the same seed and says how it went. */
async function train(kind: 'auto' | 'webgpu' | 'wasm' | 'cpu', steps: number): Promise<TrainingReport> {
  const device = await openDevice({ kind });
  try {
    const pipelinesReported: [number, number][] = [];
    const training = await smallTraining(device, 1, (done, total) => pipelinesReported.push([done, total]));
    training.step(0);
    const firstLoss = await training.program.readScalar('loss');
    training.step(1);
    training.step(2);
    await training.program.readScalar('loss');
    const made = () => {
      const { buffersCreated, pipelinesCreated, bindGroupsCreated } = device.stats();
      return buffersCreated + pipelinesCreated + bindGroupsCreated;
    };
    const before = made();
    for (let n = 3; n < steps; n++) training.step(n);
    const lastLoss = await training.program.readScalar('loss');
    const created = made() - before;
    const bits = await weightBits(training);
    return { kind: device.kind, adapter: device.description, firstLoss, lastLoss, bits, created, pipelinesReported };
  } finally {
    device.close();
  }
}

/** Profiles one step of the small network and puts it on the Performance panel's time line. */
async function track(): Promise<KernelProfile[]> {
  const device = await openDevice({ kind: 'webgpu' });
  try {
    const training = await smallTraining(device, 1);
    training.step(0);
    const rows = await training.program.profile();
    profileTrack(rows);
    return rows;
  } finally {
    device.close();
  }
}

Object.assign(globalThis, { train, track });
