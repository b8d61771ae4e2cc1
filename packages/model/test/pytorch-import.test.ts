import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { describe, expect, it, type TestContext } from 'vitest';
import { annotatedBeats } from '../src/data/annotated-beats.js';
import { ruledLogits } from '../src/logits/output-rule.js';
import { decodeModel, encodeModel } from '../src/model-file/model-file.js';
import { separateValues } from '../src/model-file/sequence-model.js';
import { BEAT_CONTRACT, leadCount, SEQUENCE_CONTRACT, withSecondLead } from '../src/preprocess/contract.js';
import { networkInputs } from '../src/preprocess/network-inputs.js';
import { prepareRecord } from '../src/preprocess/record-beats.js';
import { importBeatModel, importSequenceModel } from '../src/pytorch/import-models.js';
import { RECORD_MEDIAN } from '../src/record/median.js';
import { openClassifier } from '../src/record-classifier.js';
import { readVectors } from './network-vectors.js';

const provenance = { command: 'PyTorch', seed: 7, device: 'PyTorch', records: ['101'], version: '0.1.0' };
const given = { contract: BEAT_CONTRACT, provenance };
const refused = (message: RegExp) =>
  expect.objectContaining({ name: 'EngineError', code: 'FORMAT', message: expect.stringMatching(message) });

const PYTHON = '/usr/bin/python3';
const run = promisify(execFile);
const hasTorch = run(PYTHON, ['-c', 'import torch, numpy']).then(
  () => true,
  () => false,
);

/** Runs a script of ours that writes weights and a check into a folder of its own, which `use` is given. */
async function withWeights(
  context: TestContext,
  script: string,
  args: (folder: string) => Promise<readonly string[]>,
  use: (weights: Tensors, check: Tensors) => Promise<void>,
): Promise<void> {
  if (!(await hasTorch)) {
    expect(process.env['REQUIRE_TORCH'], 'python3-torch is not installed').not.toBe('1');
    return context.skip('python3-torch is not installed');
  }
  const folder = await mkdtemp(join(tmpdir(), 'ecgpu-'));
  try {
    const file = join(folder, 'weights.safetensors');
    const path = fileURLToPath(new URL(`../scripts/${script}`, import.meta.url));
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    await run(PYTHON, [path, file, ...(await args(folder))], { env });
    const [weights, check] = await Promise.all([file, `${file}.check`].map((name) => readFile(name)));
    await use(readSafetensors(weights!).tensors, readSafetensors(check!).tensors);
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Tensors = ReadonlyMap<string, SafetensorsTensor>;
const floats = (tensors: Tensors, name: string) => tensors.get(name)!.values as Float32Array;

describe('weights from PyTorch', () => {
  it('give the logits that PyTorch gives, through a model file', (context) =>
    withWeights(
      context,
      'beat_network.py',
      async () => ['7'],
      async (weights, check) => {
        const device = await openDevice({ kind: 'cpu' });
        const classifier = await openClassifier(device, decodeModel(encodeModel(importBeatModel(weights, given))));
        const [windows, features] = [floats(check, 'window'), floats(check, 'rhythm')];
        const { logits } = await classifier.predict({ count: 8, windows, features });
        device.close();
        const expected = floats(check, 'logits');
        // PyTorch computes in f32: some 1,000 roundings.
        for (const [i, logit] of logits.entries()) expect(Math.abs(logit - expected[i]!)).toBeLessThan(6e-5);
      },
    ));

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
    expect(changed('c1.bias', small)).toThrow(refused(/conv1\.bias: c1\.bias is \[3\], needed is \[24\]/));
    const turned = tensors.get('g.weight_ih_l0')!;
    const other = { ...turned, shape: [...turned.shape].reverse() };
    expect(changed('g.weight_ih_l0', other)).toThrow(refused(/g\.weight_ih_l0 is \[64, 96\], needed is \[96, 64\]/));
    expect(changed('c5.weight', small)).toThrow(refused(/has tensors the network does not: c5\.weight/));
    expect(changed('b1.num_batches_tracked', small)).not.toThrow();
    const nan = { ...small, shape: [4], values: Float32Array.of(1, Number.NaN, 0, 0) };
    expect(changed('d2.bias', nan)).toThrow(refused(/not finite/));
    const fewer = { ...BEAT_CONTRACT, classes: BEAT_CONTRACT.classes.slice(0, 3) };
    expect(() => importBeatModel(tensors, { ...given, contract: fewer })).toThrow(refused(/4 classes, its contract 3/));
  });
});

describe('weights of a sequence network from PyTorch', () => {
  const rule = { class: 1, bias: -1, fibrillation: 4 };
  const sequence = { provenance, rule };

  /** 64 beats of record 100 in both leads, the second one absent for some. */
  async function realBeats() {
    const source = folderSource(fileURLToPath(new URL('../../../data/mitdb-samples', import.meta.url)));
    const record = await readRecord(source, '100', { from: 0, to: 60 * 360 });
    const { annotations } = await readAnnotations(source, '100', 'atr', { fs: 360 });
    const { samples } = annotatedBeats(annotations, 'dechazal', record.length, '100');
    const contract = withSecondLead(SEQUENCE_CONTRACT);
    const { second, ...first } = networkInputs(prepareRecord(record, samples.slice(0, 64), contract), contract);
    return { ...first, second: { windows: second!.windows, present: second!.present.map((_, b) => (b % 7 ? 1 : 0)) } };
  }

  it.for([
    [2, 2],
    [1, 1],
  ] as const)('of %d members and %d leads give what PyTorch gives of real beats', async ([members, leads], context) => {
    const { windows, features, second, count } = await realBeats();
    const present = Float32Array.from(second.present);
    const beats = async (folder: string) => {
      const file = join(folder, 'beats.safetensors');
      const tensors = new Map([
        ['window', { shape: [count, 2, 160], values: windows }],
        ['rhythm', { shape: [count, 12], values: features }],
        ['second', { shape: [count, 2, 160], values: second.windows }],
        ['present', { shape: [count], values: present }],
      ]);
      await writeFile(file, writeSafetensors(tensors));
      return ['3', String(members), String(leads), file];
    };
    await withWeights(context, 'sequence_network.py', beats, async (weights, check) => {
      const model = decodeModel(encodeModel(importSequenceModel(weights, sequence)));
      expect(model).toMatchObject({ kind: 'sequence', members, rule, shape: { beats: 64, hidden: 32, rhythm: 24 } });
      expect(leadCount(model.contract)).toBe(leads);
      const device = await openDevice({ kind: 'wasm' });
      const classifier = await openClassifier(device, model);
      const { logits } = await classifier.predict({ count, windows, features, second });
      device.close();
      // The rule is no part of PyTorch's network.
      const ruled = ruledLogits(floats(check, 'logits'), floats(check, 'odds'), 4, rule).logits;
      for (const [i, logit] of logits.entries()) expect(Math.abs(logit - ruled[i]!), `logit ${i}`).toBeLessThan(1e-5);
      // Else a wrong tensor would hardly show.
      const ofN = ruled.filter((_, i) => i % 4 === 0);
      expect(Math.max(...ofN) - Math.min(...ofN)).toBeGreaterThan(0.1);
    });
  });

  it('may have a relative stage in every member, or none', async (context) =>
    withWeights(
      context,
      'sequence_network.py',
      async () => ['0', '2'],
      async (tensors) => {
        const swapped = (name: string) => name.replace(/\d/, (member) => String(1 - Number(member)));
        const stages = new Map(tensors);
        for (const [name, tensor] of tensors) {
          const [, member, own] = /^(members\.\d\.)(.*)$/.exec(swapped(name))!;
          if (!own!.startsWith('encoder.')) stages.set(`${member}relative.${own}`, tensor);
        }
        const [plain, both] = [importSequenceModel(tensors, sequence), importSequenceModel(stages, sequence)];
        expect([plain.relative, both.relative]).toEqual([undefined, RECORD_MEDIAN]);
        for (const member of [0, 1]) {
          const other = separateValues(plain.values, 1 - member).sequence;
          expect(separateValues(both.values, member)).toEqual({
            ...separateValues(plain.values, member),
            relative: other,
          });
        }
        stages.delete('members.1.relative.rp.bias');
        expect(() => importSequenceModel(stages, sequence, 'w')).toThrow(
          refused(/members\.1\.relative\.rhythm\.dense\.bias: the file has no rp\.bias/),
        );
      },
    ));

  it('are refused by name where they do not fit', async (context) =>
    withWeights(
      context,
      'sequence_network.py',
      async () => ['0', '2'],
      async (tensors) => {
        const changed = (name: string, tensor?: SafetensorsTensor) => {
          const copy = new Map(tensors);
          if (tensor) copy.set(name, tensor);
          else copy.delete(name);
          return () => importSequenceModel(copy, sequence, 'w.safetensors');
        };
        const small: SafetensorsTensor = { dtype: 'F32', shape: [3], values: new Float32Array(3) };
        const empty: SafetensorsTensor = { dtype: 'F32', shape: [0, 4e9], values: new Float32Array(0) };
        expect(changed('members.0.encoder.c2.weight')).toThrow(
          refused(/^w\.safetensors 'members\.0\.encoder\.c2\.weight' must be F32 .* is missing/),
        );
        expect(changed('members.1.rp.bias')).toThrow(
          refused(/members\.1\.rhythm\.dense\.bias: the file has no rp\.bias/),
        );
        expect(changed('members.1.p.weight')).toThrow(refused(/has tensors the network does not: members\.1\./));
        expect(changed('members.2.p.bias', small)).toThrow(refused(/the network does not: members\.2\.p\.bias/));
        expect(changed('members.0.encoder.d1.weight', small)).toThrow(refused(/does not: members\.0\.encoder\.d1/));
        expect(changed('members.0.r.weight_hh_l0', empty)).toThrow(refused(/must be F32 of 2 dimensions, is F32 \[0,/));
        expect(changed('members.0.encoder.b1.num_batches_tracked', small)).not.toThrow();
        const one = { ...sequence, contract: SEQUENCE_CONTRACT };
        expect(() => importSequenceModel(tensors, one)).toThrow(refused(/network that cannot be built/));
        const fewer = { ...SEQUENCE_CONTRACT, rhythm: { ...SEQUENCE_CONTRACT.rhythm, features: [] } };
        expect(() => importSequenceModel(tensors, { ...sequence, contract: fewer })).toThrow(
          refused(/'p\.weight' takes 189 numbers a beat; with 0 rhythm features it is 112 of one lead, 177 of two/),
        );
        expect(() => importSequenceModel(tensors, { ...sequence, beats: 63 })).toThrow(refused(/cannot be built/));
      },
    ));
});
