import type { Device, Program } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BatchSource, type TrainingHooks, trainNetwork } from './train.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice({ kind: 'cpu' });
});
afterAll(() => device.close());

const source: BatchSource<Record<string, never>> = { stepsPerEpoch: 6, startEpoch: () => {}, fill: () => {} };

/** A training whose program gives the losses of `loss`, by the number of the step. */
function train(loss: (step: number) => Promise<number>, hooks: TrainingHooks = {}, epochs = 3) {
  let step = 0;
  const program = {
    run: () => void step++,
    readScalar: (name: string) => (name === 'loss' ? loss(step) : Promise.resolve(1)),
    release: () => {},
  };
  const task = {
    definitions: { weight: { shape: [2], init: { constant: 0.5 } } },
    compile: async () => program as unknown as Program,
    batch: {},
    beats: 1,
  };
  const options = { epochs, peakLearningRate: 1e-3, warmup: 0, averageDecay: 0.9, seed: 0 };
  return trainNetwork(device, task, source, options, hooks);
}

describe('trainNetwork', () => {
  it('ends with an error, and no checkpoint, where the loss is no number any more', async () => {
    const kept: number[] = [];
    const diverging = train(async (step) => (step > 9 ? Number.NaN : 1), {
      onEpoch: ({ epoch }) => void kept.push(epoch),
    });
    await expect(diverging).rejects.toThrow(
      expect.objectContaining({ code: 'TRAINING_DIVERGED', message: expect.stringContaining('epoch 2') }),
    );
    expect(kept).toEqual([1]);
  });

  it('is refused before it begins where there are not enough random numbers', async () => {
    const begun = train(async () => 1, { onEpoch: () => Promise.reject(new Error('it has begun')) }, 5000);
    await expect(begun).rejects.toThrow(expect.objectContaining({ code: 'TRAINING_TOO_LONG' }));
  });

  it('tells once that a device is lost, whatever else was asked of it', async () => {
    // Where nobody looked at the other rejections, the test run itself would fail by them.
    const lost = train(async (step) => {
      if (step > 2) throw new Error('device lost');
      return 1;
    });
    await expect(lost).rejects.toThrow('device lost');
    await new Promise((resolve) => setTimeout(resolve, 10));
  });
});
