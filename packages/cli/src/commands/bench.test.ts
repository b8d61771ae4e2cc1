import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import type { ComparedRow } from './bench.js';

const at = temporaryFolder();

const measured = (name: string, median: number) => ({
  name,
  milliseconds: { median, lower: median * 0.9, upper: median * 1.1 },
});

function result(adapter: string | null, groups: unknown) {
  return {
    format: 'ecgpu-benchmark',
    formatVersion: 1,
    date: '2026-01-01T00:00:00.000Z',
    machine: { cpu: 'C', cores: 2, load: [0, 1.5], adapter: adapter && { description: adapter, software: true } },
    versions: { '@ecgpu/engine': '0.1.0' },
    groups,
  };
}

async function file(name: string, content: unknown): Promise<string> {
  await writeFile(at(name), typeof content === 'string' ? content : JSON.stringify(content));
  return at(name);
}

let [a, b] = ['', ''];
beforeAll(async () => {
  const rows = [measured('wasm', 10), measured('webgpu', 8), { name: 'peer', skipped: 'not installed' }];
  a = await file('a.json', result('Card A', [{ name: 'matmul', rows }]));
  const others = [measured('wasm', 10.5), measured('webgpu', 2), measured('peer', 30)];
  const groups = [
    { name: 'matmul', rows: others },
    { name: 'new\u001b[31m', rows: [measured('wasm', 1)] },
  ];
  b = await file('b.json', result(null, groups));
});

describe('ecgpu bench compare', () => {
  it('puts two files side by side, row by row', async () => {
    const { exit, out } = await ecgpu(['bench', 'compare', a, b]);
    expect(exit).toBe(0);
    expect(out).toContain('load 0 to 1.5, Card A');
    expect(out).toContain('no WebGPU adapter');
    expect(out).toMatch(/^ {2}wasm +10\.0 +10\.5 ~ +1\.05$/m);
    expect(out).toMatch(/^ {2}webgpu +8\.00 +2\.00 +0\.25$/m);
    expect(out).toMatch(/^ {2}peer +skipped +30\.0$/m);
    expect(out).toMatch(/^ {2}wasm +- +1\.00$/m);
    expect(out).not.toContain('\u001b');
  });

  it('gives the same as JSON', async () => {
    const { files, rows } = await ecgpuJson<{ files: { cpu: string }[]; rows: ComparedRow[] }>(
      'bench',
      'compare',
      a,
      b,
    );
    expect(files.map(({ cpu }) => cpu)).toEqual(['C', 'C']);
    expect(rows[1]).toMatchObject({ group: 'matmul', name: 'webgpu', ratio: 0.25, apart: true });
    expect(rows[2]).toMatchObject({ name: 'peer', a: { skipped: 'not installed' } });
    expect(rows[2]!.ratio).toBeUndefined();
  });

  it.each([
    ['no JSON', 'no', 'is not JSON'],
    ['a list', [], 'no object as the file'],
    ['another format', { ...result(null, []), format: 'x' }, 'no result of the benchmarks'],
    ['another version', { ...result(null, []), formatVersion: 2 }, 'in version 1'],
    ['no machine', { ...result(null, []), machine: 7 }, 'no object as machine'],
    ['no groups', result(null, {}), 'no list as groups'],
    ['a row without a time', result(null, [{ name: 'g', rows: [{ name: 'r' }] }]), 'milliseconds of r'],
    [
      'a time that is none',
      result(null, [{ name: 'g', rows: [{ name: 'r', milliseconds: { median: null } }] }]),
      'milliseconds.median of r',
    ],
  ])('refuses %s', async (_, content, message) => {
    const bad = await file('bad.json', content);
    expect(await refusal(1, 'bench', 'compare', a, bad)).toContain(message);
  });

  it('names a file that is not there, and what was left out', async () => {
    expect(await refusal(1, 'bench', 'compare', a, at('none.json'))).toContain('none.json');
    expect(await refusal(2, 'bench', 'compare', a)).toContain("'b'");
  });
});
