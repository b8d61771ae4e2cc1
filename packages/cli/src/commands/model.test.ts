import { readFile, writeFile } from 'node:fs/promises';
import { initialise, readSafetensors, writeSafetensors } from '@ecgpu/engine';
import {
  BEAT_NETWORK,
  beatNetworkParameters,
  decodeModel,
  encodeModel,
  FUSION_CHECK,
  type ModelDescription,
} from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import {
  encodeRhythmModel,
  RHYTHM_CONTRACT,
  RHYTHM_NETWORK,
  type RhythmModelDescription,
  rhythmNetworkParameters,
} from '@ecgpu/model/rhythm';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

const at = temporaryFolder();
let model: string;
beforeAll(async () => {
  model = await writeTinyModel(at('model.safetensors'));
});

describe('ecgpu model info', () => {
  it('tells contract, training and checksums', async () => {
    const { exit, out } = await ecgpu(['model', 'info', model]);
    expect(exit).toBe(0);
    expect(out).toMatch(/kind +beat \(ecgpu-model-1\)/);
    expect(out).toMatch(/classes +N S V F, mapping dechazal/);
    expect(out).toMatch(/trained on +101\n/);
    expect(out).toMatch(/weights +SHA-256 [\da-f]{64}, verified/);
    expect(out).toContain('Not for clinical use');
    const json = await ecgpuJson<ModelDescription & { model: string }>('model', 'info', 'sequence');
    expect(json).toMatchObject({ model: 'sequence', kind: 'sequence', contract: { fs: 120 }, metadata: { rule: {} } });
    expect(json).not.toHaveProperty('fusion');
  });

  it('tells by what calls of fusion beats are checked, where a model has it', async () => {
    const shipped = await loadModel('sequence');
    if (shipped.kind !== 'sequence') throw new Error('it is of another kind');
    const { calibration: _, ...model } = shipped;
    await writeFile(at('checked.safetensors'), encodeModel({ ...model, fusion: FUSION_CHECK }));
    const json = await ecgpuJson<ModelDescription>('model', 'info', at('checked.safetensors'));
    expect(json.fusion).toEqual(FUSION_CHECK);
    expect((await ecgpu(['model', 'info', at('checked.safetensors')])).out).toMatch(
      /fusion +calls of F in whole records of 300 beats/,
    );
  });

  it('says that a file without a checksum was not verified, and refuses one whose weights are not its own', async () => {
    const { tensors, metadata } = readSafetensors(await readFile(model));
    const values = new Map(
      [...tensors].map(([name, { shape, values: x }]) => [name, { shape, values: x as Float32Array }]),
    );
    const { weightsSha256: _, ...without } = metadata;
    await writeFile(at('old.safetensors'), writeSafetensors(values, without));
    expect((await ecgpu(['model', 'info', at('old.safetensors')])).out).toContain('not in the file');
    values.get('output.bias')!.values[0]! += 1;
    await writeFile(at('other.safetensors'), writeSafetensors(values, metadata));
    expect(await refusal(1, 'model', 'info', at('other.safetensors'))).toContain('is damaged');
    expect(await refusal(1, 'model', 'info', at('none'))).toContain("there is no model '");
  });

  it('names the file that is damaged, also where a tensor or the contract is', async () => {
    const bytes = await readFile(model);
    await writeFile(at('short.safetensors'), bytes.subarray(0, -1));
    expect(await refusal(1, 'model', 'info', at('short.safetensors'))).toContain(at('short.safetensors'));
    const changed = bytes.toString('latin1').replace('\\"fs\\":120', '\\"fs\\": -1');
    await writeFile(at('contract.safetensors'), Buffer.from(changed, 'latin1'));
    expect(await refusal(1, 'model', 'info', at('contract.safetensors'))).toMatch(
      /contract\.safetensors: contract\.fs is/,
    );
  });

  it('gives what a file says of itself no line of its own', async () => {
    const { provenance, ...made } = decodeModel(await readFile(model));
    const forged = { ...provenance, command: 'ecgpu train\n  weights     SHA-256 0, verified' };
    await writeFile(at('forged.safetensors'), encodeModel({ ...made, provenance: forged }));
    const { out } = await ecgpu(['model', 'info', at('forged.safetensors')]);
    expect(out.match(/^ {2}weights/gm)).toHaveLength(1);
    const odd = encodeModel({ ...made, provenance: { ...provenance, parent: {} as string } });
    await writeFile(at('odd.safetensors'), odd);
    expect(await refusal(1, 'model', 'info', at('odd.safetensors'))).toContain('does not say how it was made');
  });

  it('tells of rhythm models too', async () => {
    const shape = { ...RHYTHM_NETWORK, filters: [4, 4, 4, 4] as const, hidden: 4, attention: 4, dense: 4 };
    const { provenance } = decodeModel(await readFile(model));
    const values = initialise(rhythmNetworkParameters(shape), 0);
    const file = encodeRhythmModel({ kind: 'rhythm', shape, contract: RHYTHM_CONTRACT, values, provenance });
    await writeFile(at('rhythm.safetensors'), file);
    const { exit, out } = await ecgpu(['model', 'info', at('rhythm.safetensors')]);
    expect(exit).toBe(0);
    expect(out).toMatch(/kind +rhythm \(ecgpu-rhythm-model-1\)\n/);
    expect(out).toMatch(/findings +Normal, AF,/);
    const json = await ecgpuJson<RhythmModelDescription>('model', 'info', at('rhythm.safetensors'));
    expect(json).toMatchObject({ kind: 'rhythm', contract: RHYTHM_CONTRACT, weights: { verified: true } });
  });
});

describe('ecgpu model import', () => {
  const arguments_ = (file: string) => [
    'model',
    'import',
    file,
    '--as',
    'beat',
    '--trained-on',
    'ds1',
    '--out',
    at('out'),
  ];

  it('makes a model file that remembers what it learned from', async () => {
    const vectors = new URL('../../../model/test/vectors/network-inputs.safetensors', import.meta.url);
    const { tensors } = readSafetensors(await readFile(vectors));
    const weights = new Map(
      [...tensors].flatMap(([name, { shape, values }]) =>
        name.startsWith('weights/') ? [[name.slice(8), { shape, values: values as Float32Array }] as const] : [],
      ),
    );
    await writeFile(at('weights.safetensors'), writeSafetensors(weights));
    const made = await ecgpuJson<ModelDescription>(...arguments_(at('weights.safetensors')), '--seed', '3');
    expect(made).toMatchObject({ kind: 'beat', parameters: 53_164, provenance: { seed: 3, device: 'PyTorch' } });
    expect(made.provenance.records).toContain('101');
    expect(made.tensors).toBe(Object.keys(beatNetworkParameters(BEAT_NETWORK)).length);
    expect(await refusal(1, ...arguments_(at('weights.safetensors')))).toContain('is there already');
    const scored = ['evaluate', '--records', '101', '--data', at(), '--model', at('out'), '--device', 'cpu'];
    expect(await refusal(1, ...scored)).toContain('101');
  });

  it('makes a sequence model of an encoder and what comes after it', async () => {
    const weights = async (name: string, prefix: string) => {
      const vectors = new URL(`../../../model/test/vectors/${name}.safetensors`, import.meta.url);
      return [...readSafetensors(await readFile(vectors)).tensors].flatMap(([key, { shape, values }]) =>
        key.startsWith('weights/')
          ? [[`${prefix}${key.slice(8)}`, { shape, values: values as Float32Array }] as const]
          : [],
      );
    };
    const encoder = (await weights('network-inputs', 'encoder.')).filter(([name]) => !/\.d[12]\./.test(name));
    const file = at('sequence.safetensors');
    await writeFile(file, writeSafetensors(new Map([...encoder, ...(await weights('sequence-inputs', ''))])));
    const run = ['model', 'import', file, '--as', 'sequence', '--trained-on', 'ds1', '--out', at('sequence')];
    expect(await refusal(2, ...run, '--beats', '3')).toContain('an even number is needed');
    expect(await refusal(2, ...run, '--rule', 'S,-1')).toContain('--rule');
    expect(await refusal(2, ...run, '--rule', 'Z,-1,4')).toContain("no class 'Z'");
    expect(await refusal(2, ...run, '--as', 'beat', '--beats', '8')).toContain('no window of beats');
    const made = await ecgpuJson<ModelDescription>(...run, '--rule', 'S,-1,4', '--beats', '32');
    expect(made).toMatchObject({
      kind: 'sequence',
      contract: { leads: { otherwise: 'first' } },
      metadata: { rule: { class: 1, bias: -1, fibrillation: 4 }, network: { beats: 32 } },
    });
    expect(made.contract.leads.second).toBeUndefined();
  });

  it('refuses what is no such network, and writes nothing', async () => {
    const before = await filesIn(at());
    const other = arguments_(model).map((text) => (text === at('out') ? at('new') : text));
    expect(await refusal(1, ...other)).toMatch(/'c1.weight' must be F32.*\n.*docs\/model-files.md/);
    expect(await refusal(2, 'model', 'import', model, '--as', 'beat', '--out', at('new'))).toContain('--trained-on');
    expect(await refusal(1, ...other.map((text) => (text === model ? at('none') : text)))).toContain('cannot be read');
    expect(await filesIn(at())).toEqual(before);
  });
});

describe('ecgpu export', () => {
  it('writes an ONNX file, and does not replace one', async () => {
    const result = await ecgpuJson<{ bytes: number; takes: string }>('export', model, '--onnx', at('model.onnx'));
    expect(result.takes).toBe('beats');
    const bytes = await readFile(at('model.onnx'));
    expect(result.bytes).toBe(bytes.length);
    expect(bytes.toString('latin1')).toContain('ecgpu.contract');
    expect(await refusal(1, 'export', model, '--onnx', at('model.onnx'))).toContain('is there already');
    expect(await refusal(2, 'export', model)).toContain('--onnx');
    const within = at('model.onnx', 'x.onnx');
    expect(await refusal(1, 'export', model, '--onnx', within)).toContain('x.onnx cannot be written');
  });

  it('writes a sequence model for whole records, and for windows where that is asked for', async () => {
    for (const [takes, ...options] of [['record'], ['windows', '--windows']] as const) {
      const file = at(`${takes}.onnx`);
      expect(await ecgpuJson('export', 'sequence', '--onnx', file, ...options)).toMatchObject({ takes });
      const text = (await readFile(file)).toString('latin1');
      expect(text).toContain(`ecgpu.takes\x12${String.fromCharCode(takes.length)}${takes}`);
      expect(text.includes('ecgpu.outputRule')).toBe(takes === 'windows');
    }
    expect(await refusal(2, 'export', model, '--onnx', at('other.onnx'), '--windows')).toContain('is a beat model');
  });
});
