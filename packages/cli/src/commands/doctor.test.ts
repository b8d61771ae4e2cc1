import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectAdapters } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
import { chooseManifest } from '../options/tuning-choice.js';
import type { Console } from '../output/console.js';
import { createProgram } from '../program.js';
import type { DoctorReport } from './doctor.js';
import { describeVerification } from './verification.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecgpu-doctor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const silent: Console = { out: () => {}, err: () => {}, progress: () => ({ update: () => {}, end: () => {} }) };

async function ecgpu(...args: string[]): Promise<string> {
  let out = '';
  const console: Console = {
    ...silent,
    out: (text) => {
      out += text;
    },
  };
  await (await createProgram(console, args)).parseAsync(args, { from: 'user' });
  return out;
}

async function needAdapter(context: TestContext): Promise<void> {
  const adapters = await inspectAdapters().catch(() => []);
  if (adapters.length > 0) return;
  if (process.env['REQUIRE_GPU'] === '1') throw new Error('no WebGPU adapter, and REQUIRE_GPU=1');
  context.skip('no WebGPU adapter on this machine');
}

describe('ecgpu doctor', () => {
  it('says what there is, as text or as JSON', async () => {
    expect(await ecgpu('doctor')).toContain(`Node ${process.version}`);
    const report: DoctorReport = JSON.parse(await ecgpu('doctor', '--json'));
    expect(report.node).toBe(process.version);
    expect(report.verify).toBeUndefined();
    expect(report.chosen).toBe(report.adapters.some(({ software }) => !software) ? 'webgpu' : 'wasm');
  });

  it('--verify checks operations and writes what it found to a file', async (context) => {
    await needAdapter(context);
    const file = join(folder, 'report.json');
    const out = await ecgpu('doctor', '--verify', '--only', 'scale', '--json', file);
    expect(out).toMatch(/scale +\d+ +0\.\d\d +\d+ {2}agrees/);
    const { verify }: DoctorReport = JSON.parse(await readFile(file, 'utf8'));
    expect(verify).toMatchObject({ agrees: true, kind: 'webgpu', checked: 'own' });
    expect(new Set(verify!.cases.map(({ op }) => op))).toEqual(new Set(['scale']));
  });

  it('--variants all checks every way to compute, and names it', async (context) => {
    await needAdapter(context);
    const file = join(folder, 'variants.json');
    const out = await ecgpu('doctor', '--verify', '--variants', 'all', '--only', 'gruWeightGradient', '--json', file);
    expect(out).toMatch(/gruWeightGradient \(gru: blocks, long sums: \w+\) +\d+ +0\.\d\d +\d+ {2}agrees/);
    const { verify }: DoctorReport = JSON.parse(await readFile(file, 'utf8'));
    expect(verify).toMatchObject({ agrees: true, checked: 'all' });
    expect(new Set(verify!.cases.map(({ variants }) => variants['gru']))).toContain('default');
  });

  it('--variants tuned without a manifest, and --variants without --verify, are wrong uses', async () => {
    vi.stubEnv('ECGPU_TUNING', 'off');
    await expect(ecgpu('doctor', '--verify', '--variants', 'tuned')).rejects.toThrow('nothing was tuned');
    vi.unstubAllEnvs();
    await expect(ecgpu('doctor', '--variants', 'all')).rejects.toThrow('--verify');
  });

  it('--verify of an operation that there is not is a wrong use', async (context) => {
    await needAdapter(context);
    await expect(ecgpu('doctor', '--verify', '--only', 'scales')).rejects.toThrow("no operation 'scales'");
  });

  it('--tune times variants beside a control and remembers what is taken', async (context) => {
    await needAdapter(context);
    const [file, json] = [join(folder, 'tuning.json'), join(folder, 'tuned.json')];
    const tune = (only: string) => ecgpu('doctor', '--tune', '--manifest', file, '--only', only, '--json', json);
    const out = await tune('gru forward, hidden to 32');
    expect(out).toMatch(/gru forward, hidden to 32 .*variants of gru:/);
    expect(out).toMatch(/default again \(control\) +\d+\.\d{3} +\d+\.\d\d/);
    expect(out).toMatch(/ is taken: /);
    const { tuning }: DoctorReport = JSON.parse(await readFile(json, 'utf8'));
    expect(tuning!.manifest.choices.map(({ shapes }) => shapes)).toEqual(['gru forward, hidden to 32']);
    expect(await chooseManifest(silent, { ECGPU_TUNING: file })).toEqual(tuning);
    await expect(tune('nothing')).rejects.toThrow("no class of shapes starts with 'nothing'");
  });

  it('--manifest in a folder that is not there is refused before anything is measured, and the folder is not made', async () => {
    const run = ecgpu('doctor', '--tune', '--manifest', join(folder, 'mistyped', 'x.json'));
    await expect(run).rejects.toThrow('there is no folder');
    expect(existsSync(join(folder, 'mistyped'))).toBe(false);
  });

  it('--manifest without --tune is a wrong use', async () => {
    await expect(ecgpu('doctor', '--manifest', join(folder, 'x.json'))).rejects.toThrow('--tune');
  });

  it('--only by itself is a wrong use', async () => {
    await expect(ecgpu('doctor', '--only', 'exp')).rejects.toThrow('--only is for --verify or --tune');
  });

  it('names what differs', () => {
    const shared = { op: 'exp', name: 'exp [3]', mode: 'values', variants: { f: 'fast' }, milliseconds: 1 } as const;
    const lines = describeVerification({
      engine: '1',
      runtime: 'r',
      kind: 'webgpu',
      adapter: 'a',
      date: 'd',
      milliseconds: 2,
      checked: 'own',
      agrees: false,
      stopped: 'DEVICE_LOST: gone',
      cases: [{ ...shared, agrees: false, ratio: 3, problems: ['y[1]: got 0, want NaN'] }],
    });
    expect(lines.join('\n')).toMatch(
      /DIFFERS[\s\S]*exp \(f: fast\), exp \[3\], values: y\[1\][\s\S]*Stopped early: DEVICE_LOST/,
    );
  });
});
