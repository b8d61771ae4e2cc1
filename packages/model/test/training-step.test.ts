import { type Device, initialise, Parameters } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { BEAT_NETWORK, beatNetworkParameters } from '../src/network/beat-network.js';
import { compileTrainingStep, emptyBatch } from '../src/training/step.js';

const BATCH = 4;

describe('a training step of the beat network on WebGPU', () => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await openDevice({ kind: 'webgpu' }).catch((error: unknown) => {
      if (process.env['REQUIRE_GPU'] === '1') throw error;
      return undefined;
    });
  });
  afterAll(() => device?.close());
  const open = (context: TestContext) => device ?? context.skip('no WebGPU adapter on this machine');

  it('is one submit, runs the GRU in one dispatch each way, and creates nothing from the third on', {
    timeout: 240_000,
  }, async (context) => {
    const gpu = open(context);
    const parameters = new Parameters(gpu, initialise(beatNetworkParameters(BEAT_NETWORK), 0));
    const options = { batchSize: BATCH, mode: 'training', weightDecay: 0.01, maxNorm: 2, average: true } as const;
    const program = await compileTrainingStep(gpu, parameters, BEAT_NETWORK, options);
    const batch = emptyBatch(BATCH, BEAT_NETWORK);
    batch.window.forEach((_, i) => {
      batch.window[i] = Math.sin(i / 3);
    });
    batch.label.set([0, 1, 2, 3]);
    batch.weight.fill(1);
    const step = (n: number) => program.run({ ...batch }, { learningRate: 1e-3, step: n, seed: 0, averageDecay: 0.9 });
    const losses: number[] = [];
    for (let n = 1; n <= 3; n++) {
      step(n);
      losses.push(await program.readScalar('loss'));
    }
    const before = gpu.stats();
    for (let n = 4; n <= 12; n++) {
      step(n);
      losses.push(await program.readScalar('loss'));
    }
    expect(gpu.stats()).toEqual({ ...before, submits: before.submits + 9 });
    expect(losses.every(Number.isFinite)).toBe(true);

    const kernels = (await program.profile()).map(({ kernel }) => kernel);
    expect(kernels.filter((name) => name.startsWith('gru forward'))).toHaveLength(1);
    expect(kernels.filter((name) => name.startsWith('gru backward'))).toHaveLength(1);
  });
});
