import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { f32 } from '../../graph/shape.js';
import { openDevice } from '../../node.js';
import { add, matmul, tanh } from '../../ops/index.js';
import { RandomGenerator } from '../../random/generator.js';
import type { Device } from '../device.js';
import type { WasmDevice } from './device.js';
import { nodePlatform } from './node-workers.js';
import { openWasmDeviceOn } from './open.js';
import { WORKER_BODY } from './team.js';

const random = new RandomGenerator(7, 0);
const numbers = (length: number) => Float32Array.from({ length }, () => random.normal());
const N = 150;
const inputs = { a: numbers(N * N), b: numbers(N * N) };

/** Steps that are shared out, each reading what all threads wrote in the one before. */
async function chain(device: Device, runs: number): Promise<Float32Array[]> {
  const program = await device.compile({ a: f32(N, N), b: f32(N, N) }, ({ a, b }) => {
    let x = a;
    for (let i = 0; i < 10; i++) x = tanh(add(matmul(x, b), a));
    return { x };
  });
  const results: Float32Array[] = [];
  for (let run = 0; run < runs; run++) {
    program.run(inputs);
    results.push((await program.read('x')) as Float32Array);
  }
  program.release();
  return results;
}

describe('threads', () => {
  const devices: Device[] = [];
  beforeAll(async () => {
    for (const threads of [1, 2, 3]) devices.push(await openDevice({ kind: 'wasm', threads }));
  });
  afterAll(() => {
    for (const device of devices) device.close();
  });

  it('are what was asked for', () => {
    expect(devices.map(({ description }) => /\d+ thread/.exec(description)?.[0])).toEqual([
      '1 thread',
      '2 thread',
      '3 thread',
    ]);
  });

  it('give the same bits in every run, and the same as one thread gives where nothing is summed across them', async () => {
    const [want] = await chain(devices[0]!, 1);
    for (const device of devices) {
      for (const got of await chain(device, 100))
        expect(Buffer.from(got.buffer).equals(Buffer.from(want!.buffer))).toBe(true);
    }
  });

  it('are woken for work that is worth it, and always for a guarded program', async () => {
    const device = devices[1]! as WasmDevice;
    const woken = () => device.memory.view('i32', 32_768, 1)[0]!;
    const runs = async (guard: number) => {
      const before = woken();
      const program = await device.compile({ a: f32(2) }, ({ a }) => ({ b: add(a, a) }), { guard });
      program.run({ a: Float32Array.of(1, 2) });
      expect([...(await program.read('b'))]).toEqual([2, 4]);
      program.release();
      return woken() - before;
    };
    expect(await runs(0)).toBe(0);
    expect(await runs(64)).toBe(1);
    const before = woken();
    await chain(device, 3);
    expect(woken() - before).toBe(3);
  });

  it('refuses impossible numbers', async () => {
    for (const threads of [0, 1.5, 33]) {
      await expect(openDevice({ kind: 'wasm', threads })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    const alone = { startWorker: undefined, whyOneThread: 'no workers here', cores: 4 };
    await expect(openWasmDeviceOn(alone, { threads: 2 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const device = await openWasmDeviceOn(alone);
    expect(device.description).toContain('1 thread (no workers here)');
    device.close();
  });

  it('goes on alone where workers do not start, and fails where they were asked for', async () => {
    const strict = {
      cores: 2,
      startWorker: () => ({ ready: Promise.reject(new Error('not allowed')), terminate: () => {} }),
    };
    const device = await openWasmDeviceOn(strict);
    expect(device.description).toContain('1 thread (workers do not start: Error: not allowed)');
    device.close();
    await expect(openWasmDeviceOn(strict, { threads: 2 })).rejects.toMatchObject({ code: 'NO_THREADS' });
  });

  it('ends a run with DEVICE_LOST when a worker traps, instead of waiting for it', async () => {
    const body = WORKER_BODY.replace('exports.join(start.thread, start.threads)', 'exports.work(-4, 1, 1, 2)');
    expect(body).not.toBe(WORKER_BODY);
    const device = await openWasmDeviceOn(
      { cores: 2, startWorker: (_, start) => nodePlatform.startWorker!(body, start) },
      { threads: 2 },
    );
    const lost = device.lost;
    await expect(chain(device, 2)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    expect(device.state).toBe('lost');
    expect(await lost).toContain('trapped');
    await expect(chain(device, 1)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  });

  it('refuses work after close', async () => {
    const device = await openDevice({ kind: 'wasm', threads: 2 });
    const program = await device.compile({ a: f32(2) }, ({ a }) => ({ b: add(a, a) }));
    device.close();
    device.close();
    expect(() => program.run({ a: Float32Array.of(1, 2) })).toThrow(expect.objectContaining({ code: 'DEVICE_CLOSED' }));
    await expect(program.read('b')).rejects.toMatchObject({ code: 'DEVICE_CLOSED' });
  });

  it('waiting workers let a process end', async () => {
    // The worker as the device starts it, waiting for a run that never comes.
    const source = `
      import { Worker } from 'node:worker_threads';
      const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
      const body = ${JSON.stringify(WORKER_BODY)}.replace(/const { exports } = .*;/, 'const exports = { awaitRun() {}, table: { grow() {} } };');
      const source = "const { workerData: start, parentPort } = require('node:worker_threads');" +
        "const ready = () => parentPort.postMessage('ready');" + body;
      const worker = new Worker(source, { eval: true, execArgv: [], workerData: { memory, thread: 1, threads: 2 } });
      worker.once('message', () => { worker.unref(); console.log('ready'); });`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source], { timeout: 120_000 });
    expect((await run).stdout.trim()).toBe('ready');
  });
});
