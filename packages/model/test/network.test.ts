import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Device, f32, gradients, i32, Parameters, readSafetensors, softmaxCrossEntropy } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { BeatClassifier } from '../src/inference/beat-classifier.js';
import { BEAT_NETWORK, beatNetwork, countParameters } from '../src/network/beat-network.js';
import { BEATS, floats, inOurNames, readVectors, SHAPE } from './network-vectors.js';

const inputs = await readVectors('network-inputs');
const expected = await readVectors('network-expected');

/** Largest difference relative to the largest expected value of the tensor. */
function error(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let [most, worst] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    most = Math.max(most, Math.abs(want[i]!));
    const difference = Math.abs(got[i]! - want[i]!);
    worst = Number.isFinite(difference) ? Math.max(worst, difference) : Number.POSITIVE_INFINITY;
  }
  return worst / most;
}

/**
 * Expected values are f64 results rounded to f32. The longest chain of roundings through the network has about 1,000
 * terms (convolutions of up to 192 products, 20 recurrent steps), so f32 devices may be off by some 1,000·2⁻²⁴ = 6e-5 of a
 * tensor's largest value forward, and a few times that backward; the f64 reference only by the rounding of the file.
 */
const SINGLE = { forward: 6e-5, backward: 2.5e-4 };
const TOLERANCE = { cpu: { forward: 2e-7, backward: 2e-7 }, webgpu: SINGLE, wasm: SINGLE } as const;

/** A software adapter compiles the whole training step for most of a minute, longer under load. */
const COMPILE_TIME = 240_000;

describe.each(['cpu', 'webgpu', 'wasm'] as const)('the beat network on %s, against PyTorch', (kind) => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = kind === 'webgpu' ? await gpu() : await openDevice({ kind });
  });
  afterAll(() => device?.close());
  const open = (context: TestContext) => device ?? context.skip('no WebGPU adapter on this machine');
  const tolerance = TOLERANCE[kind];

  it(
    'infers the same logits and attends to the same stretches',
    async (context) => {
      const classifier = await BeatClassifier.create(open(context), inOurNames(inputs, 'weights/'), SHAPE, {
        batchSize: 20,
      });
      const { logits, attention, probabilities } = await classifier.predict({
        count: BEATS,
        windows: floats(inputs, 'window'),
        features: floats(inputs, 'rhythm'),
      });
      expect(error(logits, floats(expected, 'inference/logits'))).toBeLessThan(tolerance.forward);
      // The stored attention was computed in f32.
      expect(error(attention, floats(inputs, 'golden/att'))).toBeLessThan(6e-5);
      for (let beat = 0; beat < BEATS; beat++) {
        const row = probabilities.subarray(beat * 4, beat * 4 + 4);
        expect(row.reduce((sum, p) => sum + p)).toBeCloseTo(1, 6);
      }
    },
    COMPILE_TIME,
  );

  it(
    'trains on the same loss with the same gradient for every parameter, and moves the statistics alike',
    async (context) => {
      const start = inOurNames(inputs, 'weights/');
      const parameters = new Parameters(open(context), start);
      const program = await open(context).compile(
        { window: f32(BEATS, 2, 160), rhythm: f32(BEATS, 15), label: i32(BEATS), weight: f32(BEATS) },
        ({ window, rhythm, label, weight }) => {
          const { logits } = beatNetwork(parameters, { window, rhythm }, SHAPE, 'training');
          const loss = softmaxCrossEntropy(logits, label, weight);
          return { logits, loss, gradient: gradients(loss, parameters) };
        },
      );
      program.run({
        window: floats(inputs, 'window'),
        rhythm: floats(inputs, 'rhythm'),
        label: inputs.get('label')!.values,
        weight: floats(expected, 'weight'),
      });
      expect(error(await program.read('logits'), floats(expected, 'training/logits'))).toBeLessThan(tolerance.forward);
      expect(error(await program.read('loss'), floats(expected, 'training/loss'))).toBeLessThan(tolerance.forward);
      const flat = (await program.read('gradient')) as Float32Array;
      // Running statistics have no gradient; zeros stand in for them where names are mapped.
      const withBuffers = new Map(expected);
      for (const n of [1, 2, 3, 4]) {
        for (const name of ['running_mean', 'running_var']) {
          const { shape } = expected.get(`after/b${n}.${name}`)!;
          withBuffers.set(`gradient/b${n}.${name}`, { dtype: 'F32', shape, values: new Float32Array(shape[0]!) });
        }
      }
      const want = inOurNames(withBuffers, 'gradient/', start);
      // A convolution's bias before a batch-norm has no influence: its gradient is rounding noise around zero.
      const scaleOf = (name: string) =>
        /^conv\d\.bias$/.test(name) ? want.get(name.replace('bias', 'weight'))! : want.get(name)!;
      for (const name of parameters.names) {
        const offset = parameters.offsetOf(name);
        const { values } = want.get(name)!;
        const largest = scaleOf(name).values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        for (const [i, value] of values.entries()) {
          expect(Math.abs(flat[offset + i]! - value) / largest, `${name}[${i}]`).toBeLessThan(tolerance.backward);
        }
      }
      const after = await parameters.read();
      for (const n of [1, 2, 3, 4]) {
        expect(
          error(after.get(`norm${n}.runningMean`)!.values, floats(expected, `after/b${n}.running_mean`)),
        ).toBeLessThan(tolerance.forward);
        expect(
          error(after.get(`norm${n}.runningVariance`)!.values, floats(expected, `after/b${n}.running_var`)),
        ).toBeLessThan(tolerance.forward);
      }
    },
    COMPILE_TIME,
  );
});

describe('the beat network', () => {
  it('has 53,164 parameters', () => {
    expect(countParameters(BEAT_NETWORK)).toBe(53_164);
  });

  it('has expectations that PyTorch computes anew', async (context) => {
    const python = '/usr/bin/python3';
    const run = promisify(execFile);
    const hasTorch = await run(python, ['-c', 'import torch, numpy']).then(
      () => true,
      () => false,
    );
    if (!hasTorch) {
      expect(process.env['REQUIRE_TORCH'], 'python3-torch is not installed').not.toBe('1');
      return context.skip('python3-torch is not installed');
    }
    const folder = await mkdtemp(join(tmpdir(), 'ecgpu-'));
    try {
      const output = join(folder, 'expected.safetensors');
      const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
      await run(
        python,
        [path('../scripts/make_network_vectors.py'), 'expected', path('vectors/network-inputs.safetensors'), output],
        { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
      );
      const { tensors } = readSafetensors(await readFile(output));
      expect([...tensors.keys()]).toEqual([...expected.keys()]);
      for (const [name, { values }] of tensors) {
        // f64 all the way: another PyTorch may differ in the last bits of f32 only.
        if (!/^gradient\/c\d\.bias$/.test(name))
          expect(error(values, expected.get(name)!.values), name).toBeLessThan(2e-7);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function gpu(): Promise<Device | undefined> {
  try {
    return await openDevice({ kind: 'webgpu' });
  } catch (failure) {
    if (process.env['REQUIRE_GPU'] === '1') throw failure;
    return undefined;
  }
}
