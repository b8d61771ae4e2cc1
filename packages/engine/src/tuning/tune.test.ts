import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Device } from '../devices/device.js';
import { WebGpuDevice } from '../devices/webgpu/device.js';
import { f32 } from '../graph/shape.js';
import { trace } from '../graph/trace.js';
import { openDevice } from '../node.js';
import { gruRecurrence } from '../ops/gru/recurrence.js';
import { matmul } from '../ops/matmul/matmul.js';
import { gpuForTests } from '../testing/gpu-for-tests.js';
import { readManifest, type TuningManifest } from './manifest.js';
import { SHAPE_CLASSES } from './shape-classes.js';
import { tuneDevice } from './tune.js';
import { VARIANTS } from './variants.js';
import { WORKLOADS } from './workloads.js';

const HIDDEN = 4;
const recurrence = { p: f32(2, 3, 3 * HIDDEN), u: f32(1, 3 * HIDDEN, HIDDEN), b: f32(1, 3 * HIDDEN) };
const values = Object.fromEntries(
  Object.entries(recurrence).map(([name, { shape }]) => {
    const size = shape.reduce((product, side) => product * side, 1);
    return [name, Float32Array.from({ length: size }, (_, i) => Math.sin(i))];
  }),
) as Record<keyof typeof recurrence, Float32Array>;

async function runRecurrence(device: Device) {
  const program = await device.compile(recurrence, ({ p, u, b }) => ({ y: gruRecurrence(p, u, b) }));
  program.run(values);
  const kernels = (await program.profile()).map(({ kernel }) => kernel);
  return { y: await program.read('y'), kernels };
}

describe('tuning', () => {
  let device: Device | undefined;
  let manifest: TuningManifest;
  beforeAll(async () => {
    device = await gpuForTests();
    if (device === undefined) return;
    manifest = await tuneDevice(device, {
      rounds: 3,
      sampleMilliseconds: 1,
      filter: (shapes) => shapes === 'gru forward, hidden to 32',
    });
  }, 120_000);
  afterAll(() => device?.close());
  const gpu = (context: TestContext): Device => device ?? context.skip('no WebGPU adapter on this machine');

  it('times every variant beside a control and gives its memory back', async (context) => {
    const { bytesInUse } = gpu(context).stats();
    expect(bytesInUse).toBe(0);
    expect(readManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
    expect(manifest.choices.map(({ shapes }) => shapes)).toEqual(['gru forward, hidden to 32']);
    const { timings } = manifest.choices[0]!;
    expect(timings.filter(({ control }) => control)).toHaveLength(1);
    expect(new Set(timings.map(({ variant }) => variant))).toEqual(new Set([null, ...VARIANTS.gru]));
    for (const { skipped, milliseconds } of timings) {
      if (skipped === undefined) expect(milliseconds!.median).toBeGreaterThan(0);
      else expect(skipped).toMatch(/^computes as .* does here$/);
    }
  });

  it('a device opened with the manifest takes its variant, for the class alone', async (context) => {
    const standard = await runRecurrence(gpu(context));
    const choices = [{ ...manifest.choices[0]!, variant: 'storage' }];
    const tuned = await openDevice({ kind: 'webgpu', manifest: { ...manifest, choices } });
    try {
      expect(tuned.tuning).toEqual({ applied: true });
      const changed = await runRecurrence(tuned);
      expect(changed.kernels.at(-1)).toBe('gru forward, weights storage');
      expect(standard.kernels.at(-1)).not.toBe('gru forward, weights storage');
      for (const [i, value] of changed.y.entries()) expect(value).toBeCloseTo(standard.y[i]!, 5);
    } finally {
      tuned.close();
    }
  });

  it('the manifest of another adapter leaves the defaults and says why', async (context) => {
    const standard = await runRecurrence(gpu(context));
    const other = await openDevice({ kind: 'webgpu', manifest: { ...manifest, adapter: 'another GPU' } });
    try {
      expect(other.tuning).toMatchObject({ applied: false, reason: expect.stringContaining('another GPU') });
      expect((await runRecurrence(other)).kernels).toEqual(standard.kernels);
    } finally {
      other.close();
    }
  });

  it('a file that is no manifest opens no device', async (context) => {
    gpu(context);
    await expect(openDevice({ kind: 'webgpu', manifest: { format: 'x' } })).rejects.toMatchObject({ code: 'FORMAT' });
  });

  it('is refused for devices without variants, and for too few rounds or samples without a length', async (context) => {
    const cpu = await openDevice({ kind: 'cpu' });
    await expect(tuneDevice(cpu)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(tuneDevice(gpu(context), { rounds: 2 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    for (const sampleMilliseconds of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const tuned = tuneDevice(gpu(context), { sampleMilliseconds, filter: () => false });
      await expect(tuned).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('a program can be given variants of its own', async (context) => {
    const own = gpu(context);
    expect(own).toBeInstanceOf(WebGpuDevice);
    const program = await own.compile(recurrence, ({ p, u, b }) => ({ y: gruRecurrence(p, u, b) }), {
      variants: { gru: 'storage' },
    });
    program.run(values);
    expect((await program.profile()).at(-1)!.kernel).toBe('gru forward, weights storage');
    program.release();
  });
});

describe('classes of shapes', () => {
  it('hold for the workloads that are measured for them, and one alone for each kernel', () => {
    for (const [name, workload] of Object.entries(WORKLOADS)) {
      const spec = Object.fromEntries(Object.entries(workload.reads).map(([key, shape]) => [key, f32(...shape)]));
      const { graph } = trace(spec, (inputs) => workload.build((key) => inputs[key]!));
      const node = graph.nodes.at(-1)!;
      const holding = [...SHAPE_CLASSES].filter(([, { op, holds }]) => op === node.op.name && holds(node));
      expect(holding.map(([shapes]) => shapes)).toEqual([name]);
    }
  });

  it('part products by their tiles', () => {
    const classOf = (m: number, n: number, k: number) => {
      const { graph } = trace({ a: f32(m, k), b: f32(k, n) }, ({ a, b }) => ({ c: matmul(a, b) }));
      const node = graph.nodes.at(-1)!;
      return [...SHAPE_CLASSES].find(([, { op, holds }]) => op === node.op.name && holds(node))?.[0];
    };
    expect(classOf(256, 256, 8)).toBe('matmul, 64 tiles or more');
    expect(classOf(256, 224, 8)).toBe('matmul, fewer tiles');
  });
});
