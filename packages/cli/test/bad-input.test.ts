import { readFile, truncate, writeFile } from 'node:fs/promises';
import { BEAT_CONTRACT } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from './run-ecgpu.js';
import { excerpt, writeToFolder } from './sample-records.js';
import { filesIn, temporaryFolder } from './temporary-folder.js';
import { TINY, writeTinyModel } from './tiny-model.js';

const at = temporaryFolder();
const record = () => at('100');
const out = () => at('out');
let model: string;
beforeAll(async () => {
  await excerpt(at(), '100', 30);
  model = await writeTinyModel(at('model.safetensors'));
});

const commands: readonly (readonly [string, (path: string) => string[]])[] = [
  ['detect', (path) => ['detect', path, '--out', out()]],
  ['classify', (path) => ['classify', path, '--out', out(), '--model', model, '--device', 'cpu']],
  ['quality', (path) => ['quality', path]],
  ['hrv', (path) => ['hrv', path]],
  ['convert', (path) => ['convert', path, at('out', 'converted')]],
  ['finetune', (path) => ['finetune', path, '--out', at('out', 'm'), '--model', model, '--device', 'cpu']],
];

describe.each(commands)('ecgpu %s', (_name, command) => {
  it('says that a record is not there', async () => {
    expect(await refusal(1, ...command(at('999')))).toContain('There is no file "999.hea"');
    expect(await filesIn(out())).toEqual([]);
  });

  it('says that a signal file is not there', async () => {
    await writeFile(at('alone.hea'), 'alone 1 360 10800\nalone.dat 16 1000(0)/mV 16 0 0 0 0 MLII\n');
    await writeFile(at('alone.atr'), await readFile(at('100.atr')));
    expect(await refusal(1, ...command(at('alone')))).toContain('There is no file "alone.dat"');
    expect(await filesIn(out())).toEqual([]);
  });

  it.each([
    ['empty', ''],
    ['cut off in the first line', '100 2'],
    ['short of a signal line', '100 2 360 10800\n100.dat 16 1000 16 0 0 0 0 MLII\n'],
    ['binary', '\u0000\u0001\u0002'],
  ])('says what is wrong with a header that is %s', async (_what, text) => {
    await writeFile(at('header.hea'), text);
    await writeFile(at('header.atr'), await readFile(at('100.atr')));
    expect(await refusal(1, ...command(at('header')))).toContain('header.hea');
    expect(await filesIn(out())).toEqual([]);
  });

  it('refuses an option that it does not know', async () => {
    expect(await refusal(2, ...command(record()), '--loud')).toContain("unknown option '--loud'");
    expect(await filesIn(out())).toEqual([]);
  });

  it('refuses a record of no signals', async () => {
    await writeFile(at('empty.hea'), 'empty 0 360 10800\n');
    await writeFile(at('empty.atr'), await readFile(at('100.atr')));
    expect(await refusal(1, ...command(at('empty')))).toContain('no signals');
    expect(await filesIn(out())).toEqual([]);
  });
});

describe('a lead that is not there', () => {
  it.each(commands.slice(0, 2))('ecgpu %s names those that are', async (_name, command) => {
    expect(await refusal(1, ...command(record()), '--lead', 'aVR')).toContain('It has: MLII, V5.');
    expect(await filesIn(out())).toEqual([]);
  });
});

describe('a signal file that is cut off', () => {
  it('is read as far as it goes, and told', async () => {
    const path = await excerpt(at('cut'), '100', 30);
    await truncate(`${path}.dat`, 30_000);
    const found = await ecgpuJson<{ samples: number[]; diagnostics: { code: string }[] }>('detect', path);
    expect(found.diagnostics.map(({ code }) => code)).toContain('SIG_TRUNCATED');
    // Two leads of 16 bits: 7500 frames are there.
    expect(Math.max(...found.samples)).toBeLessThan(7500);
    expect(found.samples.length).toBeGreaterThan(20);
    const { exit, err } = await ecgpu(['classify', path, '--model', model, '--device', 'cpu']);
    expect(exit).toBe(0);
    expect(err).toMatch(/^100: error: .*\(SIG_TRUNCATED, .*100\.dat.*byte 30000\)$/m);
  });
});

describe('a lead that is no voltage', () => {
  it('is not taken for one', async () => {
    const samples = Float64Array.from({ length: 3600 }, (_, i) => Math.sin(i / 50));
    const leads = [{ name: 'Resp', units: 'NU', samples }];
    const path = await writeToFolder(at(), {
      name: 'resp',
      fs: 360,
      length: 3600,
      leads,
      comments: [],
      diagnostics: [],
    });
    expect(await refusal(1, 'classify', path, '--model', model, '--device', 'cpu')).toContain('is no voltage');
  });
});

describe('a model file', () => {
  const classify = (path: string) => ['classify', record(), '--out', out(), '--model', path, '--device', 'cpu'];

  it('that is not there', async () => {
    expect(await refusal(1, ...classify(at('none')))).toContain('Give a model file, or one of the shipped models');
  });

  it('that is damaged, in any of a hundred places, is refused or still sound', async () => {
    const bytes = await readFile(model);
    const damaged = at('damaged.safetensors');
    const outcomes = new Set<number>();
    for (let place = 0; place < 100; place++) {
      const copy = Uint8Array.from(bytes);
      copy[Math.floor((place / 100) * bytes.length)]! ^= 0x5a;
      await writeFile(damaged, copy);
      const command = ['evaluate', '--data', at(), '--records', '999', '--device', 'cpu', '--model', damaged];
      const { exit, err } = await ecgpu(command);
      // What a model says of itself may read otherwise and be sound; then the record that is not there is what is told.
      expect(err).toMatch(/^(device: .+\n|999: taken to be of .+\n)*ecgpu: .+\n {2}.+\n$/);
      expect(err).not.toMatch(/TypeError|RangeError|Cannot read/);
      outcomes.add(exit);
    }
    expect([...outcomes]).toEqual([1]);
  });

  it.each([0, 5, 100, 2000])('that ends after %i bytes', async (length) => {
    const cut = at('cut.safetensors');
    await writeFile(cut, (await readFile(model)).subarray(0, length));
    await refusal(1, ...classify(cut));
    expect(await filesIn(out())).toEqual([]);
  });

  it('that is something else', async () => {
    await refusal(1, ...classify(at('100.dat')));
    expect(await filesIn(out())).toEqual([]);
  });

  it('whose network does not fit its contract', async () => {
    const odd = await writeTinyModel(at('odd.safetensors'), { shape: { ...TINY, samples: 168 } });
    expect(await refusal(1, ...classify(odd))).toContain('its network has 168 samples in a window, its contract 160');
    expect(await filesIn(out())).toEqual([]);
  });

  it('that wants a lead the record has not', async () => {
    const leads = { preferred: ['aVR'], otherwise: 'refuse' } as const;
    const strict = await writeTinyModel(at('strict.safetensors'), { contract: { ...BEAT_CONTRACT, leads } });
    const message = await ecgpu(classify(strict));
    expect(message.exit).toBe(1);
    expect(message.err).toContain('100 has none of the leads aVR');
    expect(await filesIn(out())).toEqual([]);
  });
});

describe('a folder that cannot be made', () => {
  it('is told in one line', async () => {
    expect(await refusal(1, 'detect', record(), '--out', at('100.dat', 'sub'))).toContain('cannot be written');
  });
});

describe('the command line', () => {
  it('without a command shows what there is, as wrong use', async () => {
    expect(await ecgpu([])).toMatchObject({ exit: 2, out: '', err: expect.stringContaining('Commands:') });
  });

  it('refuses a command that it does not know', async () => {
    expect(await refusal(2, 'classfy', record())).toContain("unknown command 'classfy'");
  });

  it('refuses a device and a detector that it does not know', async () => {
    expect(await refusal(2, 'classify', record(), '--device', 'tpu')).toContain('auto, webgpu, wasm, cpu');
    expect(await refusal(2, 'detect', record(), '--method', 'gqrs')).toContain('Allowed choices are ecgpu');
  });

  it('every command has help with examples', async () => {
    const { exit, out: help } = await ecgpu(['--help']);
    expect(exit).toBe(0);
    const names = [...help.matchAll(/^ {2}([a-z]+)(?:\|[a-z]+)? .*\S/gm)].map(([, name]) => name!);
    expect(names).toContain('classify');
    for (const name of names) {
      const { exit: done, out: own } = await ecgpu([name, '--help']);
      expect(done).toBe(0);
      expect(own, name).toMatch(name === 'help' ? /Usage: ecgpu/ : /Examples?:\n {2}ecgpu /);
      expect(own, name).toContain('not for clinical use');
    }
  });
});
