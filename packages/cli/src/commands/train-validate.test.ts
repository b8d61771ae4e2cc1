import { readFile, writeFile } from 'node:fs/promises';
import { decodeModel, type EpochReport } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';

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
    expect((await ecgpu(train('resumed', '--resume'))).exit).toBe(0);
    expect((await readFile(at('resumed', 'model.safetensors'))).equals(whole)).toBe(true);

    await writeFile(at('resumed', 'best.safetensors'), 'damaged');
    expect(await refusal(1, ...train('resumed', '--resume'))).toContain('best.safetensors is damaged');
  });

  it('refuses people who are trained on, and kinds that it cannot score', async () => {
    expect(await refusal(1, ...train('new'), '--validate', at('one.json'))).toContain('In training and in test: 233');
    expect(await refusal(2, ...train('new'), '--model', 'sequence')).toContain('is not validated');
    expect(await filesIn(at('new'))).toEqual([]);
  });
});
