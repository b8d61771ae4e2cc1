import { readFile, rm, writeFile } from 'node:fs/promises';
import { decodeModel, encodeModel } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt, writeToFolder } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

const at = temporaryFolder();
const train = (run: string, ...more: string[]) => [
  ...['train', '--data', at('data'), '--split', at('one.json'), '--out', at(run), '--epochs', '1'],
  ...['--device', 'wasm', ...more],
];
const model = (run: string) => readFile(at(run, 'model.safetensors'));

beforeAll(async () => {
  // Long enough for a stretch of noise in both copies.
  await excerpt(at('data'), '233', 500);
  await writeFile(at('one.json'), JSON.stringify({ name: 'one', database: 'mitdb', records: ['233'] }));
  for (const [k, name] of ['em', 'ma', 'bw'].entries()) {
    const samples = Float64Array.from({ length: 80 * 360 }, (_, i) => Math.sin((i * (k + 1)) / 9) + Math.sin(i * i));
    const leads = [{ name: 'noise1', units: 'mV', samples }];
    await writeToFolder(at('nstdb'), { name, fs: 360, length: samples.length, leads, comments: [], diagnostics: [] });
  }
});

describe('ecgpu train --noise', () => {
  it('gives the same bits again, others than without, and says which noise it was', async () => {
    for (const run of ['first', 'second']) expect((await ecgpu(train(run, '--noise', at('nstdb')))).exit).toBe(0);
    expect((await ecgpu(train('without'))).exit).toBe(0);
    expect((await model('first')).equals(await model('second'))).toBe(true);
    const { provenance, values } = decodeModel(await model('first'));
    expect(provenance.noise).toEqual({
      records: ['em', 'ma', 'bw'],
      learnedShare: 0.5,
      dataHash: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(provenance.command).toMatch(/ --epochs 1 --noise nstdb$/);
    const plain = decodeModel(await model('without'));
    expect(plain.provenance.noise).toBeUndefined();
    const [name] = [...values.keys()];
    expect(values.get(name!)!.values).not.toEqual(plain.values.get(name!)!.values);
    const { config } = JSON.parse(await readFile(at('first', 'config.json'), 'utf8'));
    expect(config.noise).toMatchObject({ share: 0.2, copies: 2, dataHash: provenance.noise!.dataHash });
    // Resumed with other noise, or none, it would be another training.
    expect(await refusal(1, ...train('first', '--resume'))).toContain('was started with other options');
  });

  it('reaches both stages of a sequence model', async () => {
    const encoder = await writeTinyModel(at('encoder.safetensors'));
    const sequence = ['--model', 'sequence', '--leads', '2', '--encoder', encoder];
    expect((await ecgpu(train('sequence', ...sequence, '--noise', at('nstdb')))).exit).toBe(0);
    expect((await ecgpu(train('sequence-without', ...sequence))).exit).toBe(0);
    const [noisy, plain] = [decodeModel(await model('sequence')), decodeModel(await model('sequence-without'))];
    for (const name of ['output.weight', 'relative.output.weight'])
      expect(noisy.values.get(name)!.values).not.toEqual(plain.values.get(name)!.values);
    expect(noisy.provenance.noise!.learnedShare).toBe(0.5);
  });

  it('is learned from at found R peaks too where they are asked for', async () => {
    const both = ['--noise', at('nstdb'), '--found-peaks'];
    const { beats } = await ecgpuJson<{ readonly beats: number }>(...train('both', ...both));
    for (const [run, more] of [
      ['both-again', both],
      ['found-alone', ['--found-peaks']],
    ] as const) {
      expect((await ecgpu(train(run, ...more))).exit).toBe(0);
    }
    // 854 annotated beats, and 852 that are found.
    expect(beats).toBe(1706);
    const [bits, ...others] = await Promise.all(['both', 'both-again', 'found-alone', 'first'].map(model));
    expect(others.map((other) => bits!.equals(other))).toEqual([true, false, false]);
    const values = (bytes: Uint8Array) => [...decodeModel(bytes).values.values()][0]!.values;
    for (const other of others.slice(1)) expect(values(other)).not.toEqual(values(bits!));
    const { provenance } = decodeModel(bits!);
    expect(provenance.command).toMatch(/ --epochs 1 --found-peaks --noise nstdb$/);
    expect(provenance.noise).toEqual(decodeModel(others[2]!).provenance.noise);
    const { config } = JSON.parse(await readFile(at('both', 'config.json'), 'utf8'));
    expect(config).toMatchObject({ foundPeaks: true, noise: { share: 0.2, copies: 2 } });
    for (const less of [both.slice(0, 2), both.slice(2)]) {
      expect(await refusal(1, ...train('both', '--resume', ...less))).toContain('was started with other options');
    }
    // It can be repeated for folds, which are refused only because they are not of its records.
    const calibrate = ['calibrate', at('both', 'model.safetensors'), '--data', at('data'), '--out', at('none')];
    expect(await refusal(1, ...calibrate, '--noise', at('nstdb'))).toContain('was trained on 1 records');
  });

  it('says how to come by noise that is not there', async () => {
    const text = await refusal(1, ...train('nowhere', '--noise', at('nothing')));
    expect(text).toContain(`ecgpu fetch nstdb --out ${at('nothing')} --records em,ma,bw`);
    await rm(at('nowhere'), { recursive: true, force: true });
  });

  it('is tested by noise-curve with the other half of the noise', async () => {
    const file = at('learned.safetensors');
    const tiny = decodeModel(await readFile(await writeTinyModel(at('tiny.safetensors'))));
    const noise = { records: ['em'], learnedShare: 0.5, dataHash: 'none' };
    await writeFile(file, encodeModel({ ...tiny, provenance: { ...tiny.provenance, noise } }));
    await excerpt(at('long'), '100', 330);
    const curve = (...models: string[]) => [
      ...['noise-curve', '--data', at('long'), '--noise', at('nstdb', 'em'), '--records', '100', '--snr', '0'],
      ...['--device', 'cpu', '--model', ...models],
    ];
    const { noiseFrom } = await ecgpuJson<{ readonly noiseFrom: number }>(...curve(file, at('tiny.safetensors')));
    expect(noiseFrom).toBe(0.5);
    const { out } = await ecgpu(curve(file));
    expect(out).toContain('Noise: all of it but the first 50 %, from which models have learned.');
    expect((await ecgpu(curve(at('tiny.safetensors')))).out).not.toContain('Noise: all of it but');
  });

  it('must be given to calibrate a model that has learned from it, and to no other', async () => {
    const given = (file: string, ...more: string[]) => [
      ...['calibrate', file, '--data', at('data'), '--out', at('out.safetensors'), '--device', 'wasm', ...more],
    ];
    const noisy = at('first', 'model.safetensors');
    expect(await refusal(2, ...given(noisy))).toContain('--noise nstdb');
    expect(await refusal(2, ...given(at('without', 'model.safetensors'), '--noise', at('nstdb')))).toContain(
      'has learned from no noise',
    );
    await writeToFolder(at('other'), {
      ...{ name: 'em', fs: 360, length: 7200, comments: [], diagnostics: [] },
      leads: [{ name: 'noise1', units: 'mV', samples: Float64Array.from({ length: 7200 }, (_, i) => Math.sin(i)) }],
    });
    for (const name of ['ma', 'bw']) {
      const samples = Float64Array.from({ length: 7200 }, (_, i) => Math.cos(i));
      const leads = [{ name: 'noise1', units: 'mV', samples }];
      await writeToFolder(at('other'), { name, fs: 360, length: 7200, leads, comments: [], diagnostics: [] });
    }
    expect(await refusal(1, ...given(noisy, '--noise', at('other')))).toContain('is not what');
  });
});
