import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as dsp from '@ecgpu/ecg-dsp';
import * as dspInNode from '@ecgpu/ecg-dsp/node';
import * as engineInNode from '@ecgpu/engine/node';
import * as model from '@ecgpu/model';
import * as modelInNode from '@ecgpu/model/node';
import { describe, expect, it, vi } from 'vitest';
import { runExample } from '../../engine/test/run-example.js';
import { ecgpu } from './run-ecgpu.js';

const root = new URL('../../../', import.meta.url);
const readme = await readFile(new URL('README.md', root), 'utf8');

describe('the README', () => {
  it('has an example that runs as it stands', async () => {
    // A file of its own, so that the type checker sees it too.
    const example = new URL('readme-example.ts', import.meta.url);
    const [, code] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    expect(code).toBe(await readFile(example, 'utf8'));
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const before = process.cwd();
    process.chdir(fileURLToPath(root));
    try {
      await import(/* @vite-ignore */ example.href);
    } finally {
      process.chdir(before);
    }
    const [counts, beat] = printed.mock.lastCall as [Record<string, number>, { class: string; sample: number }];
    printed.mockRestore();
    expect(counts['N']! + counts['S']! + counts['V']! + counts['F']!).toBeGreaterThan(2200);
    // Record 100's eighth beat is an atrial premature one.
    expect(beat).toMatchObject({ class: 'S' });
    expect(Math.abs(beat.sample - 2044)).toBeLessThanOrEqual(4);
  });

  it('shows what classify prints', async () => {
    const [, shown] = /```console\n\$ npx ecgpu classify data\/mitdb-samples\/233\n(.*?)…\n```/s.exec(readme) ?? [];
    expect(shown).toBeDefined();
    const record = fileURLToPath(new URL('data/mitdb-samples/233', root));
    const { out } = await ecgpu(['classify', record, '--device', 'wasm']);
    expect(out.startsWith(shown!)).toBe(true);
  });

  it('quotes the figures of the committed evaluation', async () => {
    const json = await readFile(new URL('packages/model/pretrained/beat.evaluation.json', root), 'utf8');
    const { evaluation } = JSON.parse(json) as {
      evaluation: {
        classes: Record<string, { sensitivity: number; predictivity: number; f1: number }>;
        overall: { macroF1: number; accuracy: number };
      };
    };
    const percent = (value: number) => (100 * value).toFixed(1);
    for (const label of ['N', 'S', 'V', 'F']) {
      const { sensitivity, predictivity, f1 } = evaluation.classes[label]!;
      expect(readme).toContain(`| ${label} | ${percent(sensitivity)} | ${percent(predictivity)} | ${percent(f1)} |`);
    }
    expect(readme).toContain(`accuracy ${percent(evaluation.overall.accuracy)} %`);
    expect(readme).toContain(`macro-F1 ${percent(evaluation.overall.macroF1)} %`);
  });
});

describe.each(['ecg-dsp', 'model'])('the README of %s', (folder) => {
  it('has an example that runs as it stands', async () => {
    const document = await readFile(new URL(`packages/${folder}/README.md`, root), 'utf8');
    const before = process.cwd();
    process.chdir(fileURLToPath(root));
    const printed = await runExample(document, {
      '@ecgpu/ecg-dsp': dsp,
      '@ecgpu/ecg-dsp/node': dspInNode,
      '@ecgpu/engine/node': engineInNode,
      '@ecgpu/model': model,
      '@ecgpu/model/node': modelInNode,
    }).finally(() => process.chdir(before));
    // One prints how many beats each lead of record 100 has, the other how many of each class.
    const beats = printed.flatMap((values) => (folder === 'ecg-dsp' ? values[1] : sumOf(values[0] as object)));
    expect(beats).toEqual(folder === 'ecg-dsp' ? [2273, 2272] : [2273]);
  });

  it('names each entry of the package, and no other', async () => {
    const own = (file: string) => readFile(new URL(`packages/${folder}/${file}`, root), 'utf8');
    const { name, exports } = JSON.parse(await own('package.json')) as { name: string; exports: object };
    const listed = [...(await own('README.md')).matchAll(/^\| `(@ecgpu[^`]*)`/gm)].map(([, entry]) => entry);
    expect(listed.sort()).toEqual(
      Object.keys(exports)
        .map((entry) => entry.replace(/^\./, name))
        .sort(),
    );
  });
});

const sumOf = (counts: object) => Object.values(counts).reduce((sum: number, count: number) => sum + count, 0);

it.each(['engine', 'ecg-dsp', 'model', 'cli'])('packages/%s is published with the licence', async (folder) => {
  const licence = await readFile(new URL('LICENSE', root), 'utf8');
  expect(await readFile(new URL(`packages/${folder}/LICENSE`, root), 'utf8')).toBe(licence);
});
