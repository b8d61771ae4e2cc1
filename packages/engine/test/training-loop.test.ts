import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { averageOf } from '../src/index.js';
import { DEVICE_KINDS, deviceForSuite } from './devices.js';
import { checkpointOf, restore, smallTraining, weightBits } from './small-network.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** What the process cannot let go of: the heap and the buffers outside it. */
function bytesReached(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe.each(DEVICE_KINDS)('a training loop on %s', (kind) => {
  const open = deviceForSuite(kind);

  it('learns', async (context) => {
    const training = await smallTraining(open(context));
    training.step(0);
    const first = await training.program.readScalar('loss');
    for (let n = 1; n < 400; n++) training.step(n);
    expect(await training.program.readScalar('loss')).toBeLessThan(first / 5);
  });

  it('gives the same bits when run twice, and other bits for another seed', async (context) => {
    const run = async (seed: number) => {
      const training = await smallTraining(open(context), seed);
      for (let n = 0; n < 20; n++) training.step(n);
      return weightBits(training);
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(2)).not.toEqual(await run(1));
  });

  it('goes on from a checkpoint with the bits it would have had', async (context) => {
    const device = open(context);
    const training = await smallTraining(device);
    for (let n = 0; n < 5; n++) training.step(n);
    const checkpoint = await checkpointOf(training);
    for (let n = 5; n < 10; n++) training.step(n);
    const resumed = await smallTraining(device);
    restore(resumed, checkpoint);
    for (let n = 5; n < 10; n++) resumed.step(n);
    expect(await checkpointOf(resumed)).toEqual(await checkpointOf(training));
    expect(await resumed.program.readScalar('loss')).toBe(await training.program.readScalar('loss'));
  });

  it('creates nothing after its third step, submits once a step, and keeps memory flat', async (context) => {
    const device = open(context);
    const training = await smallTraining(device);
    const run = async (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        training.step(n);
        // Reading now and then keeps the queue short, as a training that shows its loss does.
        if (n % 250 === 0) await training.program.readScalar('loss');
      }
      return training.program.readScalar('loss');
    };
    await run(0, 3);
    const before = device.stats();
    await run(3, 1000);
    const heap = bytesReached();
    expect(Number.isFinite(await run(1000, 10_003))).toBe(true);
    expect(device.stats()).toEqual({ ...before, submits: before.submits + 10_000 });
    // Fifty bytes kept a step would be 450 kB.
    expect(bytesReached() - heap).toBeLessThan(300_000);
  });

  it('averages weights and buffers as they were left by the optimiser', async (context) => {
    const training = await smallTraining(open(context));
    training.step(0);
    const weights = (await training.parameters.weights.read()) as Float32Array;
    const { weights: average } = averageOf(training.parameters);
    const expected = weights.map((value) => 0.1 * value);
    const got = (await average.read()) as Float32Array;
    // average = 0 + (1 − 0.9)·weights: the rounding of 0.9 grows ninefold in 1 − 0.9, and two more follow.
    for (const [i, value] of expected.entries())
      expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(12 * 2 ** -24 * Math.abs(value));
  });

  it('shares memory between values that are never alive together', async (context) => {
    const { program } = await smallTraining(open(context));
    const { bytesReserved, bytesUnshared } = program.stats();
    expect(bytesReserved).toBeLessThan(bytesUnshared);
  });

  it('names its kernels in a profile', async (context) => {
    const training = await smallTraining(open(context));
    training.step(0);
    const rows = await training.program.profile();
    expect(rows.length).toBe(training.program.stats().dispatches);
    expect(rows.map(({ kernel }) => kernel)).toContain('adamw');
    expect(rows.every(({ microseconds }) => microseconds >= 0)).toBe(true);
  });
});
