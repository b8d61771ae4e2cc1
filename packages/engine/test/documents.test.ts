import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as engine from '../src/index.js';
import * as node from '../src/node.js';
import { runExample } from './run-example.js';

const root = new URL('../../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');

describe('adding-a-kernel.md', () => {
  const document = text('docs/adding-a-kernel.md');
  const files = [...document.matchAll(/[\w./-]+\/[\w.-]+\.(?:ts|wgsl|md|js)\b/g)].map(([path]) => path);

  it('names files', () => expect(files.length).toBeGreaterThan(20));

  it.each([...new Set(files)])('%s exists', (path) => {
    const base = /^(docs|packages)\//.test(path) ? root : new URL('packages/engine/src/', root);
    expect(existsSync(new URL(path, base))).toBe(true);
  });

  it('numbers its steps without a gap', () => {
    const numbers = [...document.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThan(8);
  });
});

it.each([...text('docs/autodiff.md').matchAll(/`((?:packages|docs)\/[^`]+)`/g)].map(([, path]) => path!))(
  'autodiff.md names %s, which exists',
  (path) => expect(existsSync(new URL(path, root))).toBe(true),
);

describe('README.md', () => {
  it('has a training example that learns what it says', async () => {
    const modules = { '@ecgpu/engine': engine, '@ecgpu/engine/node': node };
    const printed = await runExample(text('packages/engine/README.md'), modules);
    expect(printed).toHaveLength(1);
    const [[name, loss]] = printed as [[string, number]];
    expect(name).toBe('loss');
    // Guessing costs log 2 = 0.69.
    expect(loss).toBeLessThan(0.2);
  });

  it('shows only what the entries export', () => {
    const manifest = JSON.parse(text('packages/engine/package.json'));
    const entries = Object.keys(manifest.exports).map((name) => name.replace(/^\./, '@ecgpu/engine'));
    const named = [...text('packages/engine/README.md').matchAll(/^\| `(@ecgpu[^`]*)`/gm)].map(([, name]) => name!);
    expect(named.sort()).toEqual(entries.sort());
  });
});
