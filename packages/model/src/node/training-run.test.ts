import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunConfig, TrainingRun } from './training-run.js';

const config: RunConfig = { config: { epochs: 3 }, split: 'pair', records: ['100'], dataHash: 'ab' };
const point = (epoch: number) => ({ epoch, loss: 1 / epoch, gradientNorm: 1, learningRate: 1e-3 });
const checkpoint = (epoch: number) => ({
  epoch,
  step: epoch,
  memories: new Map([['weights', Float32Array.of(epoch)]]),
});
const resume = () => TrainingRun.resume(folder, config, () => {});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-'));
  const run = await TrainingRun.start(folder, config);
  for (const epoch of [1, 2]) {
    await run.logMetrics(point(epoch));
    await run.saveCheckpoint(checkpoint(epoch));
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a training run that goes on', () => {
  it('has a line of every epoch, also where one was cut short while it was written', async () => {
    await appendFile(join(folder, 'metrics.jsonl'), '{"epoch":3,"lo');
    const { run, checkpoint: last } = await resume();
    expect(last!.epoch).toBe(2);
    await run.logMetrics(point(3));
    expect((await run.metrics()).map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  it('forgets the line of an epoch whose checkpoint was not written any more', async () => {
    await appendFile(join(folder, 'metrics.jsonl'), `${JSON.stringify(point(3))}\nnull\n`);
    const { run } = await resume();
    expect((await run.metrics()).map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(await readFile(join(folder, 'metrics.jsonl'), 'utf8')).toMatch(/^(\{"epoch":[12],.*\}\n){2}$/);
  });

  it('is not the one of a configuration that is damaged', async () => {
    await writeFile(join(folder, 'config.json'), '{"config":');
    await expect(resume()).rejects.toThrow(expect.objectContaining({ code: 'RUN_DAMAGED' }));
    await rm(join(folder, 'config.json'));
    await expect(resume()).rejects.toThrow(expect.objectContaining({ code: 'NO_RUN' }));
  });

  it('uses no checkpoint of which any bit has changed, and the one before it', async () => {
    const file = join(folder, 'checkpoint-0002.safetensors');
    const whole = await readFile(file);
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      await writeFile(file, bytes);
      const damaged: string[] = [];
      const { checkpoint: last } = await TrainingRun.resume(folder, config, (name) => damaged.push(name));
      // White space around the header's JSON says nothing.
      if (last!.epoch === 2) expect(last).toEqual(checkpoint(2));
      else expect([last, damaged]).toEqual([checkpoint(1), ['checkpoint-0002.safetensors']]);
    }
  });

  it('leaves a checkpoint that cannot be read for the one before it', async () => {
    const file = join(folder, 'checkpoint-0002.safetensors');
    await rm(file);
    await mkdir(file);
    expect((await resume()).checkpoint!.epoch).toBe(1);
  });

  it('clears away what an interruption has left half written', async () => {
    const left = join(folder, '.checkpoint-0003.safetensors.0123456789ab.part');
    await writeFile(left, 'half');
    await resume();
    expect(existsSync(left)).toBe(false);
  });

  it('says what is wrong where metrics cannot be written', async () => {
    const { run } = await resume();
    await rm(join(folder, 'metrics.jsonl'));
    await mkdir(join(folder, 'metrics.jsonl'));
    await expect(run.logMetrics(point(3))).rejects.toThrow(expect.objectContaining({ code: 'WRITE_FAILED' }));
  });
});
