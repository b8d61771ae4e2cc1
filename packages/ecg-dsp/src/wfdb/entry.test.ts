import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const sources = resolve(dirname(fileURLToPath(import.meta.url)), '..');

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
    expect(own.filter((path) => /write|writing|encode|format-header|check\.ts|listing/.test(path))).toEqual([]);
    expect(own).toContain('wfdb/annotation-file.ts');
    expect(foreign).toEqual([]);
  });

  it('only the Node entry touches Node', () => {
    expect(modulesOf('index.ts').foreign).toEqual([]);
    expect(modulesOf('formats/index.ts').foreign).toEqual([]);
    expect(modulesOf('node.ts').foreign.every((name) => name.startsWith('node:'))).toBe(true);
  });
});
