import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readSafetensors, type SafetensorsTensor } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { describe, expect, it } from 'vitest';
import { openClassifier } from '../src/classifier.js';
import { BEAT_CONTRACT } from '../src/contract.js';
import { decodeModel, encodeModel } from '../src/model-file.js';
import { importBeatModel } from '../src/pytorch-import.js';
import { readVectors } from './network-vectors.js';

const provenance = { command: 'PyTorch', seed: 7, device: 'PyTorch', records: ['101'], version: '0.1.0' };
const given = { contract: BEAT_CONTRACT, provenance };
const refused = (message: RegExp) =>
  expect.objectContaining({ name: 'EngineError', code: 'FORMAT', message: expect.stringMatching(message) });

describe('weights from PyTorch', () => {
  it('give the logits that PyTorch gives, through a model file', async (context) => {
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
    const device = await openDevice({ kind: 'cpu' });
    try {
      const file = join(folder, 'weights.safetensors');
      const script = fileURLToPath(new URL('../scripts/beat_network.py', import.meta.url));
      await run(python, [script, file, '7'], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
      const imported = importBeatModel(readSafetensors(await readFile(file)).tensors, given);
      const model = decodeModel(encodeModel(imported));
      const { tensors } = readSafetensors(await readFile(`${file}.check`));
      const [windows, features, expected] = ['window', 'rhythm', 'logits'].map(
        (name) => tensors.get(name)!.values as Float32Array,
      );
      const classifier = await openClassifier(device, model);
      const { logits } = await classifier.predict({ count: 8, windows: windows!, features: features! });
      // PyTorch computes in f32: some 1,000 roundings.
      for (const [i, logit] of logits.entries()) expect(Math.abs(logit - expected![i]!)).toBeLessThan(6e-5);
    } finally {
      device.close();
      await rm(folder, { recursive: true });
    }
  });

  it('are refused by name where they do not fit', async () => {
    const tensors = new Map<string, SafetensorsTensor>();
    for (const [name, tensor] of await readVectors('network-inputs')) {
      if (name.startsWith('weights/')) tensors.set(name.slice('weights/'.length), tensor);
    }
    expect(importBeatModel(tensors, given)).toMatchObject({ kind: 'beat', shape: { filters: [24, 48, 64, 64] } });
    const changed = (name: string, tensor?: SafetensorsTensor) => {
      const copy = new Map(tensors);
      if (tensor) copy.set(name, tensor);
      else copy.delete(name);
      return () => importBeatModel(copy, given, 'w.safetensors');
    };
    const small: SafetensorsTensor = { dtype: 'F32', shape: [3], values: new Float32Array(3) };
    expect(changed('g.weight_hh_l0')).toThrow(refused(/^w\.safetensors 'g\.weight_hh_l0' must be F32 .* is missing/));
    expect(changed('b2.running_var')).toThrow(refused(/norm2\.runningVariance: the file has no b2\.running_var/));
    expect(changed('c1.bias', small)).toThrow(refused(/conv1\.bias: c1\.bias have 3 values, needed are 24/));
    expect(changed('c5.weight', small)).toThrow(refused(/has tensors the network does not: c5\.weight/));
    expect(changed('b1.num_batches_tracked', small)).not.toThrow();
    const nan = { ...small, shape: [4], values: Float32Array.of(1, Number.NaN, 0, 0) };
    expect(changed('d2.bias', nan)).toThrow(refused(/not finite/));
    const fewer = { ...BEAT_CONTRACT, classes: BEAT_CONTRACT.classes.slice(0, 3) };
    expect(() => importBeatModel(tensors, { ...given, contract: fewer })).toThrow(refused(/4 classes, its contract 3/));
  });
});
