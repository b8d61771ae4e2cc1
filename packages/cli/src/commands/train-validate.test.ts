import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { decodeModel, type EpochReport, separateValues } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

const at = temporaryFolder();
const train = (run: string, ...more: string[]) => [
  ...['train', '--data', at('data'), '--split', at('one.json'), '--out', at(run), '--epochs', '6'],
  ...['--validate', at('other.json'), '--patience', '2', '--device', 'wasm', ...more],
];
beforeAll(async () => {
  await excerpt(at('data'), '233', 330);
  await excerpt(at('data'), '100', 60);
  await writeFile(at('one.json'), JSON.stringify({ name: 'one', database: 'mitdb', records: ['233'] }));
  await writeFile(at('other.json'), JSON.stringify({ name: 'other', database: 'mitdb', records: ['100'] }));
});

describe('ecgpu train --validate', () => {
  it('gives the best epoch, ends when none is better, and does the same after an interruption', async () => {
    const { epochs } = await ecgpuJson<{ epochs: EpochReport[] }>(...train('whole'));
    const scores = epochs.map(({ validation }) => validation!);
    const best = scores.indexOf(Math.max(...scores));
    expect(epochs).toHaveLength(Math.min(6, best + 3));
    const whole = await readFile(at('whole', 'model.safetensors'));
    expect(await filesIn(at('whole'))).toContain('best.safetensors');
    expect(decodeModel(whole).provenance).toMatchObject({ records: ['233', '100'] });
    expect(decodeModel(whole).values).toEqual(decodeModel(await readFile(at('whole', 'best.safetensors'))).values);

    let scored = 0;
    const interrupted = await ecgpu(train('resumed'), (label, done) => {
      if (label === 'steps' && done > 0 && ++scored > 3) throw new Error('the machine went down');
    });
    expect(interrupted.exit).toBe(1);
    const resumed = await ecgpu(train('resumed', '--resume'));
    expect(resumed.exit).toBe(0);
    expect(resumed.err).toMatch(/^epoch \d: mean F1 of N, S and V \d+\.\d % .*mapping dechazal\)$/m);
    expect((await readFile(at('resumed', 'model.safetensors'))).equals(whole)).toBe(true);

    const metrics = await readFile(at('resumed', 'metrics.jsonl'), 'utf8');
    await writeFile(at('resumed', 'metrics.jsonl'), metrics.replace(/.*\n/, ''));
    expect(await refusal(1, ...train('resumed', '--resume'))).toContain('lack scores');
    await writeFile(at('resumed', 'metrics.jsonl'), metrics);
    await writeFile(at('resumed', 'best.safetensors'), 'damaged');
    expect(await refusal(1, ...train('resumed', '--resume'))).toContain('best.safetensors is damaged');
  });

  it('does so with each stage of a sequence model', async () => {
    const encoder = await writeTinyModel(at('encoder.safetensors'), { records: ['101'] });
    const sequence = (run: string, ...more: string[]) => [
      ...train(run, '--model', 'sequence', '--encoder', encoder, '--leads', '2'),
      ...['--epochs', '2', '--patience', '1', ...more],
    ];
    const { epochs } = await ecgpuJson<{ epochs: (EpochReport & { network: string; member: number })[] }>(
      ...sequence('stages'),
    );
    const listed = epochs.map(({ network, member, validation }) => [network, member, typeof validation]);
    expect([...new Set(listed.map(String))]).toEqual(['plain,0,number', 'relative,0,number']);
    for (const [network, ...folder] of [['plain'], ['relative', 'relative']] as const) {
      const lines = (await readFile(at('stages', ...folder, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
      const own = epochs.filter((epoch) => epoch.network === network);
      expect(own.length).toBeGreaterThan(0);
      expect(lines.map((line) => ({ ...JSON.parse(line), network, member: 0 }))).toEqual(own);
      expect(await filesIn(at('stages', ...folder))).toContain('curves.svg');
    }
    const whole = await readFile(at('stages', 'model.safetensors'));
    const model = decodeModel(whole);
    expect(model).toMatchObject({ members: 1, provenance: { records: ['233', '101', '100'] } });
    expect(model.provenance.command).toContain(' --validate other --patience 1');
    const best = async (...folder: string[]) => decodeModel(await readFile(at(...folder, 'best.safetensors'))).values;
    const own = separateValues(model.values);
    expect(separateValues(await best('stages'))).toEqual({ ...own, relative: new Map() });
    expect(separateValues(await best('stages', 'relative'))).toEqual(own);

    let epochsDone = 0;
    const cut = await ecgpu(sequence('cut'), (label, done) => {
      // In the relative stage, after its first epoch.
      if (label !== 'steps' || !existsSync(at('cut', 'relative'))) return;
      if (done % 100 === 0 && ++epochsDone > 1) throw new Error('down');
    });
    expect(cut.exit).toBe(1);
    expect(await filesIn(at('cut', 'relative'))).toContain('best.safetensors');
    expect((await ecgpu(sequence('cut', '--resume'))).exit).toBe(0);
    expect((await readFile(at('cut', 'model.safetensors'))).equals(whole)).toBe(true);
  });

  it('refuses people who are trained on, also by the encoder that is given', async () => {
    expect(await refusal(1, ...train('new'), '--validate', at('one.json'))).toContain('In training and in test: 233');
    const knows = await writeTinyModel(at('knows.safetensors'), { records: ['100'] });
    const sequence = [...train('new'), '--model', 'sequence', '--encoder', knows];
    expect(await refusal(1, ...sequence)).toContain('In training and in test: 100');
    expect(await filesIn(at('new'))).toEqual([]);
  });
});
