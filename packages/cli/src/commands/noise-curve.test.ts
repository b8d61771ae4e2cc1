import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt, writeToFolder } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

interface Curves {
  readonly curves: readonly {
    readonly mapping: string;
    readonly trainedOn: readonly string[];
    readonly points: readonly {
      readonly snr: number | null;
      readonly qrsSensitivity: { readonly hits: number; readonly total: number };
      readonly annotated: { readonly overall: { readonly beats: number } };
      readonly found: { readonly overall: { readonly beats: number } };
    }[];
  }[];
}

const at = temporaryFolder();
let model: string;
beforeAll(async () => {
  // Six minutes, the last of them with noise.
  await excerpt(at('mitdb'), '100', 360);
  const samples = Float64Array.from({ length: 90 * 360 }, (_, i) => Math.sin(i * i * 0.37) + Math.sin(i / 20));
  const leads = [{ name: 'noise1', units: 'mV', samples }];
  await writeToFolder(at('nstdb'), {
    name: 'em',
    fs: 360,
    length: samples.length,
    leads,
    comments: [],
    diagnostics: [],
  });
  model = await writeTinyModel(at('tiny.safetensors'));
});

describe('ecgpu noise-curve', () => {
  it('scores the beats of the noisy stretches, without noise and at every strength', async () => {
    const given = ['noise-curve', '--data', at('mitdb'), '--records', '100', '--model', model, '--device', 'cpu'];
    const { curves } = await ecgpuJson<Curves>(...given, '--snr', '-20');
    expect(curves).toHaveLength(1);
    const { points, trainedOn, mapping } = curves[0]!;
    expect([trainedOn, mapping]).toEqual([[], 'dechazal']);
    expect(points.map(({ snr }) => snr)).toEqual([null, -20]);
    const [clean, noisy] = points;
    // One minute of record 100, whose beats are all found without noise.
    expect(clean!.annotated.overall.beats).toBeGreaterThan(65);
    expect(clean!.annotated.overall.beats).toBeLessThan(90);
    expect(noisy!.annotated.overall.beats).toBe(clean!.annotated.overall.beats);
    expect(clean!.qrsSensitivity).toEqual({
      hits: clean!.annotated.overall.beats,
      total: clean!.annotated.overall.beats,
    });
    expect(noisy!.qrsSensitivity.hits).toBeLessThan(noisy!.qrsSensitivity.total);
    // Missed beats stay, extra ones come in.
    expect(noisy!.found.overall.beats).toBeGreaterThan(noisy!.annotated.overall.beats);
  });

  it('takes a model as it is asked for, and says so', async () => {
    const given = ['noise-curve', '--data', at('mitdb'), '--records', '100', '--model', model, '--device', 'cpu'];
    const once = [...given, '--snr', '0'];
    const { curves } = await ecgpuJson<Curves>(...once, '--mapping', 'ec57', '--self-training', 'off');
    expect(curves[0]!.mapping).toBe('ec57');
    const { out } = await ecgpu([...once, '--causal']);
    expect(out).toContain('Each beat is measured against those before it only');
    expect(await refusal(2, ...once, '--fusion-check', 'on')).toContain('no model whose calls of fusion beats');
    expect(await refusal(2, ...once, '--self-training', 'on')).toContain('no stage for whole records');
    expect(await refusal(2, ...once, '--fusion-check', 'off', '--causal')).toContain('cannot be used with');
    expect(await refusal(2, ...once, '--leads', '2')).toContain('looks at one lead');
  });

  it('refuses records of the training, unless told, and then says so', async () => {
    const trained = await writeTinyModel(at('trained.safetensors'), { records: ['100'] });
    const given = ['noise-curve', '--data', at('mitdb'), '--records', '100', '--model', trained, '--device', 'cpu'];
    expect(await refusal(2, ...given)).toContain('was trained on 100');
    const { out } = await ecgpu([...given, '--snr', '6', '--allow-training-records']);
    expect(out).toContain('noise em, 100, dechazal mapping\nTRAINED ON 100');
    expect(out).toMatch(/\nno noise .*\n6 /);
    // Of the same name, but somebody else's.
    const other = await ecgpu([...given, '--snr', '6', '--database', 'clinic']);
    expect(other.out).toContain('noise em, 100, dechazal mapping\n\n');
    expect(out).toContain('not for clinical use');
  });

  it('says of which patients the model has learned from another record', async () => {
    const records = ['201'];
    const of201 = await writeTinyModel(at('of201.safetensors'), { records });
    await excerpt(at('mitdb'), '100', 320, 0, '202');
    const given = ['noise-curve', '--data', at('mitdb'), '--records', '202', '--model', of201, '--device', 'cpu'];
    const { out } = await ecgpu([...given, '--snr', '6']);
    expect(out).toContain('Patients in both halves: mitdb/201+202.');
  });

  it('refuses wrong use', async () => {
    const given = ['noise-curve', '--data', at('mitdb'), '--model', model];
    await refusal(2, ...given);
    await refusal(2, ...given, '--records', '100,100');
    await refusal(2, ...given, '--records', '100', '--snr', 'loud');
    expect(await refusal(1, ...given, '--records', '100', '--noise', 'nothing')).toContain('"nothing.hea"');
    const begun: string[] = [];
    const run = await ecgpu([...given, '--records', '100,300'], (label) => begun.push(label));
    expect([run.exit, begun]).toEqual([1, []]);
    expect(run.err).toContain('"300.hea"');
  });
});
