import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RhythmFindings, RhythmScore } from '@ecgpu/model/rhythm';
import { describe, expect, it, type TestContext } from 'vitest';
import { dataFolder } from '../../../ecg-dsp/test/data-folder.js';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

const at = temporaryFolder();

/** Arguments for the 20 recordings of both publications. */
function data(context: TestContext): string[] {
  const folder = dataFolder(context, 'cpsc2018');
  const folders = [join(folder, 'wfdb'), join(folder, 'original')];
  return ['--data', ...folders, '--reference', join(folder, 'REFERENCE.csv'), '--device', 'wasm'];
}

interface CrossvalidationDocument {
  readonly pooled: { readonly challenge: RhythmScore };
  readonly folds: readonly object[];
}

describe('ecgpu rhythm', () => {
  it('trains on recordings of both publications, is refused on them again, and finds the same after a resume', async (context) => {
    const train = ['rhythm', 'train', ...data(context), '--epochs', '2'];
    const { model } = await ecgpuJson<{ model: string }>(...train, '--out', at('whole'));
    const whole = await readFile(model);
    // As after a crash in the second epoch.
    for (const file of ['model.safetensors', 'checkpoint-0002.safetensors']) await rm(at('whole', file));
    const resumed = await ecgpu([...train, '--out', at('whole'), '--resume']);
    expect(resumed.err).toContain('going on after epoch 1');
    expect((await readFile(model)).equals(whole)).toBe(true);
    const metrics = (await readFile(at('whole', 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(metrics.map((line) => Object.keys(JSON.parse(line) as object))).toContainEqual(
      expect.arrayContaining(['epoch', 'loss', 'recordingsPerSecond']),
    );

    expect(await refusal(1, 'rhythm', 'evaluate', ...data(context), '--model', model)).toContain('was trained on');
    const record = join(dataFolder(context, 'cpsc2018'), 'original', 'A1980.mat');
    const classify = ['rhythm', 'classify', record, '--model', model, '--device', 'wasm'];
    const { findings } = await ecgpuJson<{ findings: RhythmFindings[] }>(...classify);
    expect(findings).toHaveLength(1);
    expect(findings[0]!.attention.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
    expect((await ecgpu(classify)).out).toMatch(/^A1980: .+ %\)\nResearch software/);
  });

  it('scores every recording once across folds, and a recording that it has not seen', async (context) => {
    const out = at('cv');
    const args = ['rhythm', 'crossvalidate', ...data(context), '--folds', '2', '--epochs', '1', '--out', out];
    const document = await ecgpuJson<CrossvalidationDocument>(...args);
    expect(document.pooled.challenge).toMatchObject({ recordings: 20, score: null });
    expect(document.folds).toHaveLength(2);
    expect(await filesIn(out)).toEqual(
      expect.arrayContaining(['answers.csv', 'evaluation.json', 'folds.json', 'fold-1', 'fold-2']),
    );
    const answers = (await readFile(join(out, 'answers.csv'), 'utf8')).trimEnd().split('\n');
    expect(answers[0]).toBe('Recording,Result');
    expect(new Set(answers.slice(1).map((line) => line.split(',')[0])).size).toBe(20);
    expect((await ecgpu([...args, '--resume'])).out).toContain('not how good it is');
    const before = await readFile(join(out, 'folds.json'));
    expect(await refusal(1, ...args, '--folds', '3')).toContain('folds.json is of other recordings');
    expect(await readFile(join(out, 'folds.json'))).toEqual(before);

    const { folds } = JSON.parse(await readFile(join(out, 'folds.json'), 'utf8')) as { folds: string[][] };
    const held = at('held');
    await mkdir(held, { recursive: true });
    const folder = dataFolder(context, 'cpsc2018');
    for (const form of ['wfdb', 'original']) {
      for (const file of await readdir(join(folder, form))) {
        if (folds[0]!.includes(file.split('.')[0]!)) await copyFile(join(folder, form, file), join(held, file));
      }
    }
    await copyFile(join(folder, 'REFERENCE.csv'), join(held, 'REFERENCE.csv'));
    const model = join(out, 'fold-1', 'model.safetensors');
    const evaluate = ['rhythm', 'evaluate', '--data', held, '--model', model, '--device', 'wasm'];
    const { challenge } = await ecgpuJson<{ challenge: RhythmScore }>(...evaluate);
    expect(challenge.recordings).toBe(folds[0]!.length);
    await rm(held, { recursive: true });
  });

  it('says what is missing', async () => {
    await mkdir(at('empty'), { recursive: true });
    const train = ['rhythm', 'train', '--data', at('empty'), '--out', at('never')];
    expect(await refusal(1, ...train)).toContain('REFERENCE.csv');
    await writeFile(at('empty', 'REFERENCE.csv'), 'Recording,First_label,Second_label,Third_label\nA0001,5,,\n');
    expect(await refusal(1, ...train)).toContain('None of the 1 labelled recordings');
    await writeFile(at('empty', 'REFERENCE.csv'), 'Recording,First_label,Second_label,Third_label\nA0001,12,,\n');
    expect(await refusal(1, ...train)).toMatch(/line 2/);
    expect(await refusal(1, 'rhythm', 'classify', at('x'), '--model', 'beat')).toContain("no model 'beat'");
    const other = await writeTinyModel(at('beat.safetensors'));
    expect(await refusal(1, 'rhythm', 'classify', at('x'), '--model', other)).toContain(
      'that `ecgpu rhythm train` wrote',
    );
    expect(
      await refusal(2, 'rhythm', 'crossvalidate', '--data', at('empty'), '--out', at('x'), '--folds', '1'),
    ).toContain('from 2 to 100');
  });
});
