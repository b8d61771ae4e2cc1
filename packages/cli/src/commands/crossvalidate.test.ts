import { readFile, writeFile } from 'node:fs/promises';
import type { Evaluation } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';

const at = temporaryFolder();
const split = (name: string, ...records: string[]) =>
  writeFile(at(`${name}.json`), JSON.stringify({ name, database: 'mitdb', records }));
beforeAll(async () => {
  await excerpt(at('data'), '100', 90);
  await excerpt(at('data'), '233', 90);
  await split('both', '100', '233');
  await split('first', '100');
  await split('second', '233');
});
const crossvalidate = (...more: string[]) => [
  ...['crossvalidate', '--data', at('data'), '--out', at('folds'), '--split', at('both.json')],
  ...['--folds', `${at('first.json')},${at('second.json')}`, '--device', 'wasm', '--epochs', '1', ...more],
];

describe('ecgpu crossvalidate', () => {
  it('has every record called by a model of the others, and keeps the predictions', async () => {
    const result = await ecgpuJson<{ evaluation: Evaluation; predictions: string }>(...crossvalidate('--focal', '2'));
    expect(result).toMatchObject({ protocol: 'cross-validation', recipe: { imbalance: '--focal 2' } });
    expect(result.evaluation.records.map(({ record }) => record)).toEqual(['100', '233']);
    const { records } = JSON.parse(await readFile(result.predictions, 'utf8')) as {
      records: { peaks: number[]; reference: string; logits: number[][] }[];
    };
    expect(records.map(({ reference }) => reference.length)).toEqual(records.map(({ peaks }) => peaks.length));
    expect(records[0]!.logits[0]).toHaveLength(4);
    const again = await ecgpu(crossvalidate('--focal', '2'));
    expect(again.err).not.toContain('training a model');
    expect(again.out).toMatch(/^Cross-validation: both in 2 folds of whole records/);
    expect(again.out).toContain('average F1 over');
    const fold = at('folds', 'beat-first', 'model.safetensors');
    const whole = await readFile(fold);
    await writeFile(fold, whole.subarray(0, 1000));
    const mended = await ecgpu(crossvalidate('--focal', '2'));
    expect(mended.err).toContain(`${fold} is damaged and is not used`);
    expect([mended.out, await readFile(fold)]).toEqual([again.out, whole]);
  });

  it('refuses members of a beat model, which has one network', async () => {
    expect(await refusal(2, ...crossvalidate('--members', '3'))).toContain('a beat model has one network');
  });

  it('refuses folds of another recipe, and folds that overlap', async () => {
    expect(await refusal(1, ...crossvalidate('--focal', '1'))).toContain('was trained otherwise');
    const twice = `${at('first.json')},${at('first.json')}`;
    expect(await refusal(1, ...crossvalidate(), '--folds', twice)).toContain('is in two folds');
  });
});
