import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const sources = dirname(fileURLToPath(import.meta.url));

/** Every module that an entry loads, relative to `src`, and what it loads from elsewhere. */
function modulesOf(entry: string): { own: string[]; foreign: string[] } {
  const own = new Set<string>();
  const foreign = new Set<string>();
  const visit = (path: string): void => {
    if (own.has(path)) return;
    own.add(path);
    const code = readFileSync(path, 'utf8').replace(/^(import|export) type .*?;$/gms, '');
    for (const [, name] of code.matchAll(/^(?:import|export)\b[^;]*? from '([^']+)';$/gms)) {
      if (name!.startsWith('.')) visit(resolve(dirname(path), name!.replace(/\.js$/, '.ts')));
      else foreign.add(name!);
    }
  };
  visit(resolve(sources, entry));
  return { own: [...own].map((path) => relative(sources, path).replaceAll('\\', '/')), foreign: [...foreign] };
}

describe('entries', () => {
  it('reading WFDB pulls in nothing but reading', () => {
    const { own, foreign } = modulesOf('wfdb/index.ts');
    const shared = ['diagnostic-log.ts', 'errors.ts', 'limits.ts', 'physical-units.ts', 'record.ts', 'text.ts'];
    expect(own.filter((path) => !path.startsWith('wfdb/') && !shared.includes(path))).toEqual([]);
    expect(own.filter((path) => /write|writing|encode|format-header|check\.ts|listing|inspection/.test(path))).toEqual(
      [],
    );
    expect(own).toContain('wfdb/annotation-file.ts');
    expect(foreign).toEqual([]);
  });

  it('the main entry has the default detector alone, and nothing that scores, writes or makes noise', () => {
    const { own } = modulesOf('index.ts');
    expect(own).toContain('qrs/ecgpu.ts');
    expect(own.filter((path) => /xqrs|pantompkins|hamilton|neurokit|noise|writ|encode|^formats/.test(path))).toEqual(
      [],
    );
    expect(own.filter((path) => path.startsWith('ec57/'))).toEqual(['ec57/labels.ts']);
  });

  it('only the Node entry touches Node', () => {
    const pure = ['index', 'formats/index', 'ec57/index', 'qrs/detectors', 'streaming/index', 'noise/stress'];
    for (const entry of [...pure, 'wfdb/writing', 'wfdb/inspection']) {
      expect(modulesOf(`${entry}.ts`).foreign, entry).toEqual([]);
    }
    expect(modulesOf('node.ts').foreign.every((name) => name.startsWith('node:'))).toBe(true);
  });
});
