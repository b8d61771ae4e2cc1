import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ecgpu } from './run-ecgpu.js';

const root = new URL('../../../', import.meta.url);
const readme = await readFile(new URL('README.md', root), 'utf8');
const temporary = new URL('readme-example.generated.ts', import.meta.url);

afterEach(() => rm(temporary, { force: true }));

describe('the README', () => {
  it('has an example that runs as it stands', async () => {
    const [, code] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    expect(code).toBeDefined();
    await writeFile(temporary, code!);
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const before = process.cwd();
    process.chdir(fileURLToPath(root));
    try {
      await import(/* @vite-ignore */ temporary.href);
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
