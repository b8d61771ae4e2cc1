import { readFile, writeFile } from 'node:fs/promises';
import { readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { constantRecord, excerpt, SAMPLES, writeToFolder } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

interface Explained {
  readonly beat: number;
  readonly sample: number;
  readonly called: string;
  readonly class: string;
  readonly logit: number;
  readonly baselineLogit: number;
  readonly waveform: readonly number[];
  readonly rhythm: Readonly<Record<string, number>>;
  readonly attention: readonly number[];
}

interface Neighbour {
  readonly waveform: number;
  readonly second: number;
  readonly rhythm: number;
}

const at = temporaryFolder();
let tiny: string;
beforeAll(async () => {
  await excerpt(at(), '100', 60);
  await excerpt(at(), '233', 60);
  tiny = await writeTinyModel(at('tiny.safetensors'));
});
const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);

describe('ecgpu explain', () => {
  it("tells what makes record 100's second premature beat S, and that coming early is part of it", async () => {
    const run = ['explain', `${SAMPLES}/100`, '--beat', '231', '--peaks', 'atr', '--device', 'wasm'];
    const one = await ecgpuJson<Explained>(...run);
    expect(one).toMatchObject({ beat: 231, sample: 66792, called: 'S', class: 'S' });
    const difference = one.logit - one.baselineLogit;
    const rhythm = sum(Object.values(one.rhythm));
    expect(Math.abs(sum(one.waveform) + rhythm - difference)).toBeLessThan(0.01 * Math.abs(difference));
    expect(rhythm).toBeGreaterThan(0.5);
    expect(one.rhythm['log(r[0]/local)']).toBeGreaterThan(0);
    expect(sum(one.attention)).toBeCloseTo(1, 5);
  });

  it('takes a time and a class, prints both tables and draws the beat once', async () => {
    const run = ['explain', at('233'), '--at', '30', '--class', 'V', '--model', tiny, '--svg', at('beat.svg')];
    const { exit, out, err } = await ecgpu([...run, '--device', 'wasm']);
    expect(exit, err).toBe(0);
    expect(out).toMatch(/^233, beat \d+ at (29|30)\.\d\d s: called .*\nlogit of V/);
    expect(out).toContain('log(r[0]/local)');
    expect(out).toMatch(/not for clinical use\.\n$/);
    const svg = await readFile(at('beat.svg'), 'utf8');
    expect(svg).toMatch(/^<svg xmlns.*<\/svg>\n$/s);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(await refusal(1, ...run)).toContain('is there already');
  });

  it('tells what each of two leads adds, and draws both', async () => {
    const path = await excerpt(at('short'), '100', 20);
    const run = ['explain', path, '--beat', '8', '--peaks', 'atr', '--model', 'sequence', '--device', 'wasm'];
    const one = await ecgpuJson<Explained & { second: Explained & { lead: string }; neighbours: Neighbour[] }>(
      ...[...run, '--svg', at('two.svg')],
    );
    expect(one).toMatchObject({ beat: 8, lead: 'MLII', second: { lead: 'V5' } });
    expect(sum(one.second.attention)).toBeCloseTo(1, 5);
    const others = sum(one.neighbours.map(({ waveform, second, rhythm }) => waveform + second + rhythm));
    const all = sum(one.waveform) + sum(one.second.waveform) + sum(Object.values(one.rhythm)) + others;
    const difference = one.logit - one.baselineLogit;
    expect(Math.abs(all - difference)).toBeLessThan(0.01 * Math.abs(difference));
    const svg = await readFile(at('two.svg'), 'utf8');
    expect(svg.match(/<polyline/g)).toHaveLength(4);
    expect(svg).toContain('V5: attention');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draws the mean beat of each class', async () => {
    const run = ['explain', '--average', '--data', SAMPLES, '--split', at('pair.json'), '--device', 'wasm'];
    await writeFile(at('pair.json'), JSON.stringify({ name: 'pair', database: 'mitdb', records: ['100'] }));
    const result = await ecgpuJson<{
      averages: { label: string; beats: number; waveform: number[]; attention: number[] }[];
    }>(...[...run, '--svg-dir', at('figures')]);
    expect(await filesIn(at('figures'))).toEqual(result.averages.map(({ label }) => `beat-${label}.svg`).sort());
    for (const { beats, waveform, attention } of result.averages) {
      expect(beats).toBeLessThanOrEqual(20);
      expect(waveform).toHaveLength(160);
      expect(sum(attention)).toBeCloseTo(1, 4);
    }
  });

  it('refuses what it cannot explain', async () => {
    const explain = ['explain', at('100'), '--model', tiny, '--device', 'wasm'];
    expect(await refusal(2, ...explain)).toContain('which beat?');
    expect(await refusal(2, 'explain')).toContain('which record?');
    expect(await refusal(2, ...explain, '--at', 'noon')).toContain('a number is needed');
    expect(await refusal(2, ...explain, '--at', '-5')).toContain('seconds from 0 on');
    expect(await refusal(2, ...explain, '--beat', '1', '--force')).toContain('--force is for --svg');
    expect(await refusal(2, ...explain, '--at', '61')).toContain('ends at 60 s');
    expect(await refusal(1, ...explain, '--beat', '999')).toContain('has 74 beats');
    expect(await refusal(2, ...explain, '--beat', '1', '--class', 'Q')).toContain("no class 'Q'");
    expect(await refusal(2, ...explain, '--beat', '1', '--leads', '2')).toContain('looks at one lead');
    expect(await refusal(2, ...explain, '--average')).toContain('Leave out the record');
    expect(await refusal(2, 'explain', '--average')).toContain('--data DIR');
    expect(await refusal(2, ...explain, '--beat', '3', '--svg-dir', at('new'))).toContain('--svg-dir is for --average');
    expect(await refusal(2, 'explain', '--average', '--peaks', 'atr')).toContain('--peaks is of one beat');
    const other = await readRecord(folderSource(at()), '100');
    const named = { ...other, name: 'named', leads: other.leads.map((lead, i) => ({ ...lead, name: `X${i}` })) };
    const { err } = await ecgpu(['explain', await writeToFolder(at(), named), '--beat', '3', '--model', tiny]);
    expect(err).toContain('X0 is taken');
    const flat = await constantRecord(at(), 'flat', 0.3);
    expect(await refusal(1, 'explain', flat, '--beat', '1', '--model', tiny)).toContain('has 0 beats');
  });
});
