import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAnnotations, EcgError } from '@ecgpu/ecg-dsp';
import { encodeAnnotations } from '@ecgpu/ecg-dsp/writing';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  goldenLine,
  goldenReference,
  goldenReportWithoutS,
  goldenStandardReport,
  goldenTest,
} from '../../../ecg-dsp/src/ec57/golden.fixture.js';
import { EXIT } from '../exit-codes.js';
import type { Console } from '../output/console.js';
import { reportError } from '../report-error.js';
import { registerCompare } from './compare.js';
import { registerRuns } from './runs.js';
import { registerSumstats } from './sumstats.js';

let folder: string;
const inFolder = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecgpu-compare-'));
  for (const record of ['ec', 'ed']) {
    await writeFile(inFolder(`${record}.hea`), `${record} 0 360 120000\n`);
    await writeFile(inFolder(`${record}.ref`), encodeAnnotations(goldenReference));
  }
  await writeFile(inFolder('ec.tst'), encodeAnnotations(goldenTest));
  await writeFile(inFolder('ed.tst'), encodeAnnotations(goldenReference));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command line; the record is named without its folder in what comes back. */
async function ecgpu(...args: string[]): Promise<{ out: string; error: string }> {
  const written = { out: '', error: '' };
  const console: Console = {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.error += text;
    },
    progress: () => {
      throw new Error('scoring has no progress to show');
    },
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: console.err });
  for (const register of [registerCompare, registerRuns, registerSumstats]) register(program, console);
  for (const command of program.commands) command.exitOverride().configureOutput(program.configureOutput());
  await program.parseAsync(args, { from: 'user' });
  const bare = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { out: bare(written.out), error: bare(written.error) };
}

async function compare(...args: string[]): Promise<{ out: string; error: string }> {
  return ecgpu('compare', '-r', inFolder('ec'), '-a', 'ref', 'tst', ...args);
}

async function rejection(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => 'done',
    (error) => error,
  );
}

describe('ecgpu compare', () => {
  it('prints the standard reports, byte for byte', async () => {
    expect((await compare()).out).toBe(goldenReportWithoutS);
    expect((await compare('-s', '-')).out).toBe(goldenReportWithoutS);
    expect((await compare('-S', '-')).out).toBe(goldenStandardReport);
    expect((await ecgpu('bxb', '-r', inFolder('ec.hea'), '-a', 'ref', 'tst', '-S', '-')).out).toBe(
      goldenStandardReport,
    );
  });

  it('builds a table over records and runs, with its headings written once', async () => {
    const [beats, shutdown] = [inFolder('beats.txt'), inFolder('shutdown.txt')];
    await compare('-L', beats, shutdown);
    await ecgpu('compare', '-r', inFolder('ed'), '-a', 'ref', 'tst', '-L', beats, shutdown);
    const lines = (await readFile(beats, 'utf8')).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^Record Nn'/);
    expect(`${lines[1]?.replace(`${folder}/`, '').trimStart()}\n`).toBe(goldenLine.trimStart());
    // Its headings take two lines.
    expect((await readFile(shutdown, 'utf8')).split('\n')).toHaveLength(5);
    expect((await ecgpu('sumstats', shutdown)).out).toContain('\nSummary of results from 2 records\n');
    const { out } = await ecgpu('sumstats', beats);
    expect(out).toContain('Total QRS complexes: 42  Total VEBs: 6  Total SVEBs: 8\n');
    expect(JSON.parse((await ecgpu('sumstats', beats, '--json')).out).totals.VEBs).toBe(6);
  });

  it('prints lines without headings to the terminal', async () => {
    expect((await compare('-L', '-', '-')).out.split('\n')[0]).toMatch(/ec {5}6 {3}1/);
  });

  it('lists disagreements on the error stream', async () => {
    const { out, error } = await compare('-v', '-S', '-');
    expect(error).toContain('F(109500)/V(109500)\n');
    expect(error).toContain('*(113700)/V(112800)\n');
    expect(out).toBe(goldenStandardReport);
  });

  it('refuses to end before it begins', async () => {
    const line = ['compare', '-r', inFolder('ec'), '-a', 'ref', 'tst'];
    expect(await rejection(ecgpu(...line, '-t', '4:59'))).toMatchObject({ code: 'EC57_INTERVAL' });
    expect((await ecgpu(...line, '-t', '5:00')).error).toContain('nonstandard');
  });

  it('takes a start, an end and a window, and says that this is no EC57 comparison', async () => {
    const { out, error } = await compare('-f', '5:00', '-t', 's109000', '-w', '0.1', '-S', '-');
    expect(error).toContain('nonstandard comparison selected');
    // 300 N and 900 A match; 600 and 654 are 54 samples apart, the window is 36.
    expect(out).toContain(' N |    1    0    0    0    0    1    0\n S |    0    1');
    expect((await compare('-S', '-')).error).not.toContain('nonstandard');
  });

  it('names the mapping of every S figure', async () => {
    expect((await compare('-S', '-')).error).toContain('ec57 mapping');
    const { out } = await compare('-S', '-', '--mapping', 'dechazal');
    expect(out).toContain('      Label mapping: dechazal\n');
    expect(out).toContain('\n S |    0    1    0    0    0    0    1\n');
  });

  it('gives JSON of all records with their summary', async () => {
    const both = ['compare', '-r', inFolder('ec'), inFolder('ed'), '-a', 'ref', 'tst', '--json'];
    const { records, summary } = JSON.parse((await ecgpu(...both)).out);
    expect(records[0].figures.qrsSensitivity).toEqual({ hits: 19, total: 21, percent: (100 * 19) / 21 });
    expect(records[0]).toMatchObject({
      mapping: 'ec57',
      fs: 360,
      reference: 'ref',
      test: 'tst',
      cells: { V: { v: 1 } },
    });
    expect(records[0].timeOffsets).toMatchObject({ pairs: 19, median: 0 });
    expect(records[0]).not.toHaveProperty('disagreements');
    expect(summary).toMatchObject({ records: 2, mapping: 'ec57', figures: { vebSensitivity: { gross: 400 / 6 } } });
    const beside = await compare('--json', '-S', inFolder('beside.txt'), '-c', inFolder('condensed.txt'));
    expect(JSON.parse(beside.out).records).toHaveLength(1);
    expect(JSON.parse((await compare('--json', '-v')).out).records[0].disagreements).toHaveLength(18);
  });

  it('does the other records when one fails, and fails in the end', async () => {
    const beats = inFolder('partial.txt');
    const records = [inFolder('ec'), inFolder('nowhere'), inFolder('ed')];
    const line = ['compare', '-r', ...records, '-a', 'ref', 'tst', '-l', beats, inFolder('partial-shutdown.txt')];
    const failure = await rejection(ecgpu(...line));
    expect(failure).toMatchObject({ code: 'RECORDS_FAILED', where: inFolder('nowhere') });
    expect((await readFile(beats, 'utf8')).trimEnd().split('\n')).toHaveLength(3);
  });

  it('writes what it found as annotations', async () => {
    const { out } = await compare('-o', '-S', '-', '--force');
    expect(out).toBe(goldenStandardReport);
    const read = async () => decodeAnnotations(await readFile(inFolder('ec.bxb')), { fs: 360 }).annotations;
    expect((await read()).find(({ sample }) => sample === 109_500)).toMatchObject({ symbol: '"', aux: 'Fv' });
    expect(await rejection(compare('-o'))).toMatchObject({ code: 'FILE_EXISTS' });
    const expanded = await compare('-O', '-f', '0', '-w', '0', '--force');
    expect(expanded.out).toBe('');
    expect((await read()).find(({ sample }) => sample === 108_900)).toMatchObject({ symbol: '"', aux: 'A/S' });
    await rm(inFolder('ec.bxb'));
  });

  it('says what is missing', async () => {
    expect(await rejection(ecgpu('compare', '-r', inFolder('ec'), '-a', 'ref', 'qrs'))).toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    const unwritable = await rejection(compare('-S', join(inFolder('ec.hea'), 'report')));
    expect(unwritable).toBeInstanceOf(EcgError);
    expect(unwritable).toMatchObject({ code: 'WRITE_FAILED' });
  });

  it('refuses wrong use', async () => {
    for (const line of [
      ['compare', '-r', inFolder('ec'), '-a', 'ref'],
      ['compare', '-r', inFolder('ec'), '-a', 'ref', 'tst', '-L', 'one'],
      ['compare', '-r', inFolder('ec'), '-a', 'ref', 'tst', '-L', 'one', 'one'],
      ['compare', '-r', inFolder('ec'), '-a', 'ref', 'tst', '--json', '-S', '-'],
      ['compare', '-r', inFolder('ec'), '-a', 'ref', 'tst', '-f', 'noon'],
      ['compare', '-r', inFolder('ec'), '-a', 'ref', 'tst', '-O', '-S', '-'],
      ['compare', '-r', inFolder('ec'), '-a', 'ref', 'tst', '--mapping', 'aami'],
      ['compare', '-a', 'ref', 'tst'],
      ['runs', '-r', inFolder('ec'), '-a', 'ref', 'tst', '-L', 'one'],
      ['sumstats'],
    ]) {
      expect(
        reportError(await rejection(ecgpu(...line)), () => undefined),
        line.join(' '),
      ).toBe(EXIT.wrongUse);
    }
  });
});

describe('ecgpu runs', () => {
  it('prints reports of ventricular runs, and of both kinds when asked', async () => {
    const line = ['runs', '-r', inFolder('ec'), '-a', 'ref', 'tst'];
    const { out } = await ecgpu(...line);
    expect(out).toMatch(/^VE run-by-run comparison results for record ec\n/);
    expect(out).not.toContain('SVE run-by-run');
    // The fibrillation of the reference, in which the test has one V beat.
    expect(out).toContain('  >5 |    0    1    0    0    0    0    0\n');
    expect((await ecgpu(...line, '-S', '-')).out).toContain('\nSVE run-by-run comparison results for record ec\n');
  });

  it('builds tables that sumstats reads', async () => {
    const [ve, sve] = [inFolder('ve.txt'), inFolder('sve.txt')];
    await ecgpu('rxr', '-r', inFolder('ec'), inFolder('ed'), '-a', 'ref', 'tst', '-L', ve, sve);
    expect((await ecgpu('sumstats', ve)).out).toContain('\nSum      2   0   1   0   0   0   1   1   1   1   1   0\n');
    expect(await readFile(sve, 'utf8')).toMatch(/^\(SVE run detection\)\nRecord CTs/);
  });

  it('gives JSON of both kinds', async () => {
    const { out } = await ecgpu('runs', '-r', inFolder('ec'), '-a', 'ref', 'tst', '--json', '-v');
    const { records } = JSON.parse(out);
    expect(records.map(({ kind }: { kind: string }) => kind)).toEqual(['V', 'S']);
    expect(records[0].statistics.longSensitivity).toEqual({ hits: 0, total: 1 });
    expect(records[0].disagreements.length).toBeGreaterThan(0);
  });
});
