import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Annotation } from '@ecgpu/ecg-dsp';
import { encodeAnnotations } from '@ecgpu/ecg-dsp/writing';
import { afterAll, describe, expect, it } from 'vitest';
import { ecgpu } from './run-ecgpu.js';
import { temporaryFolder } from './temporary-folder.js';

/**
 * Output of bxb, rxr and sumstats of WFDB 10.7.0 by case: the annotations, then for each command line (`$`) what it printed,
 * for `-v` what it wrote to the error stream (`!`), and what the files (`>`) held in the end.
 */
const folder = fileURLToPath(new URL('./ec57/golden/', import.meta.url));
const inFolder = temporaryFolder();
const home = process.cwd();
afterAll(() => process.chdir(home));

interface Section {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
}

function sections(text: string): Section[] {
  return [...text.matchAll(/^([$!>]) (.*)\n((?:(?![$!>] ).*\n)*)/gm)].map(([, kind = '', name = '', body = '']) => ({
    kind,
    name,
    text: body,
  }));
}

/** Annotations written as `108300N`, `110200~/48` or `110300+=(AFIB`: time, symbol, subtype, text. */
function annotations(line: string): Annotation[] {
  return [...line.matchAll(/(\d+)(\D)(?:\/(\d+))?(?:=(\S+))?(?= |$)/g)].map(
    ([, sample, symbol = '', subtype, aux = '']) => ({
      sample: Number(sample),
      symbol,
      subtype: Number(subtype ?? 0),
      channel: 0,
      number: 0,
      aux,
    }),
  );
}

describe('what bxb, rxr and sumstats print', () => {
  const cases = readdirSync(folder);

  it('is there to compare with', () => {
    expect(cases.length).toBeGreaterThan(12);
  });

  it.each(cases)('%s', async (file) => {
    const golden = readFileSync(join(folder, file), 'utf8');
    const line = (name: string): string => new RegExp(`^${name} ?(.*)$`, 'm').exec(golden)![1]!;
    const work = inFolder(file);
    mkdirSync(work);
    process.chdir(work);
    const [ref, tst] = [annotations(line('ref')), annotations(line('tst'))];
    // The second record's test is its reference.
    for (const [record, test] of [['100', tst] as const, ['second', ref] as const]) {
      writeFileSync(`${record}.hea`, `${record} 0 ${line('fs')} ${line('length')}\n`);
      writeFileSync(`${record}.ref`, encodeAnnotations(ref));
      writeFileSync(`${record}.tst`, encodeAnnotations(test));
    }
    let err = '';
    for (const { kind, name, text } of sections(golden)) {
      if (kind === '>') expect(readFileSync(name, 'utf8'), name).toBe(text);
      else if (kind === '!') expect(err, `${file} ${name}`).toContain(text);
      else {
        const run = await ecgpu(name.split(' '));
        expect(run.out, `${name}\n${run.err}`).toBe(text);
        err = run.err;
      }
    }
  });
});
