import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeModel, encodeModel, RECORD_MEDIAN, requireKind, SELF_TRAINING, separateValues } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

const at = temporaryFolder();
const train = (run: string, ...more: string[]) => [
  ...['train', '--model', 'sequence', '--data', at('data'), '--split', at('pair.json'), '--out', at(run)],
  ...['--epochs', '1', '--device', 'wasm', ...more],
];
const model = (run: string) => readFile(at(run, 'model.safetensors'));
let encoder: string;

beforeAll(async () => {
  await excerpt(at('data'), '100', 180);
  await excerpt(at('data'), '233', 180);
  await writeFile(at('pair.json'), JSON.stringify({ name: 'pair', database: 'mitdb', records: ['100', '233'] }));
  encoder = await writeTinyModel(at('encoder.safetensors'), { records: ['101'] });
});

describe('ecgpu train --model sequence', () => {
  it("takes a beat model's encoder, names it, and gives the same bits again", async () => {
    const result = await ecgpuJson<{ readonly beats: number }>(...train('first', '--encoder', encoder));
    expect(result.beats).toBe(536);
    expect((await ecgpu(train('second', '--encoder', encoder))).exit).toBe(0);
    expect((await model('first')).equals(await model('second'))).toBe(true);
    const made = decodeModel(await model('first'));
    expect(made.kind).toBe('sequence');
    expect(made.provenance.parent).toMatch(/^[\da-f]{64}$/);
    // What the encoder has learned from must not be scored either.
    expect(made.provenance.records).toEqual(['100', '233', '101']);
  });

  it('takes no encoder that has learned from another database, as a model file names one', async () => {
    await writeFile(at('clinic.json'), '{"name": "clinic", "database": "clinic", "records": ["100", "233"]}');
    const other = [
      'train',
      '--data',
      at('data'),
      '--split',
      at('clinic.json'),
      '--out',
      at('other'),
      '--model',
      'sequence',
    ];
    expect(await refusal(1, ...other, '--encoder', 'beat', '--device', 'wasm')).toContain('beat is of mitdb');
  });

  it('makes a model that classify takes', async () => {
    const used = at('first', 'model.safetensors');
    const found = await ecgpuJson<{ readonly counts: Record<string, number> }>(
      ...['classify', at('data', '233'), '--peaks', 'atr', '--model', used, '--device', 'wasm'],
    );
    expect(Object.values(found.counts).reduce((sum, count) => sum + count, 0)).toBe(313);
  });

  it('trains an encoder first where none is given, and goes on with it after an interruption', async () => {
    let encoders = 0;
    const interrupted = await ecgpu(train('whole'), (label) => {
      if (label === 'beats encoded') throw new Error('the machine went down');
      if (label === 'steps') encoders++;
    });
    expect(interrupted.exit).toBe(1);
    expect(encoders).toBeGreaterThan(0);
    expect(await filesIn(at('whole'))).toContain('config.json');
    expect(await filesIn(at('whole', 'encoder'))).toContain('model.safetensors');
    const kept = await readFile(at('whole', 'encoder', 'model.safetensors'));
    expect((await ecgpu(train('whole', '--resume'))).exit).toBe(0);
    expect(await readFile(at('whole', 'encoder', 'model.safetensors'))).toEqual(kept);
    const whole = await model('whole');
    expect(decodeModel(whole).kind).toBe('sequence');

    await writeFile(at('whole', 'encoder', 'model.safetensors'), kept.subarray(0, -1));
    const { exit, err } = await ecgpu(train('whole', '--resume'));
    expect(exit).toBe(0);
    expect(err).toContain(`${at('whole', 'encoder', 'model.safetensors')} is damaged and is not used`);
    expect(await readFile(at('whole', 'encoder', 'model.safetensors'))).toEqual(kept);
    expect(await model('whole')).toEqual(whole);
  });

  it('averages members over two leads, and goes on with whichever member was interrupted', async () => {
    const options = ['--encoder', encoder, '--leads', '2', '--members', '2'];
    const run = (folder: string, ...more: string[]) => train(folder, ...options, ...more);
    const whole = await ecgpu(run('pair'));
    expect(whole.exit).toBe(0);
    const listed = whole.out.matchAll(/^member (\d) {2}(\w+) +epoch +1 {2}loss/gm);
    const networks = Array.from(listed, ([, member, network]) => `${member} ${network}`);
    expect(networks).toEqual(['0 plain', '0 relative', '1 plain', '1 relative']);
    const made = requireKind(decodeModel(await model('pair')), 'sequence', 'pair');
    expect([made.members, made.contract.leads.second, made.shape.encoding]).toEqual([2, 'any', 17]);
    const own = (member: number) => separateValues(made.values, member).sequence.get('output.weight');
    expect(own(0)).not.toEqual(own(1));
    expect([made.relative, made.selfTraining]).toEqual([RECORD_MEDIAN, SELF_TRAINING]);
    const ofStage = (member: number) => separateValues(made.values, member).relative.get('output.weight');
    expect(ofStage(0)).not.toEqual(own(0));
    expect(ofStage(0)).not.toEqual(ofStage(1));

    const atOnce = await ecgpu(run('cut'), (label) => {
      if (label === 'steps') throw new Error('the machine went down');
    });
    expect(atOnce.exit).toBe(1);
    expect(await filesIn(at('cut'))).not.toContain('member-1');
    let lines = 0;
    const interrupted = await ecgpu(run('cut', '--resume'), (label) => {
      if (label === 'beats encoded' && ++lines > 30) throw new Error('the machine went down');
    });
    expect(interrupted.exit).toBe(1);
    expect(await filesIn(at('cut', 'member-1'))).toContain('config.json');
    const inStage = await ecgpu(run('cut', '--resume'), (label, done) => {
      if (label === 'steps' && done > 0 && existsSync(at('cut', 'member-1', 'relative')))
        throw new Error('the machine went down');
    });
    expect(inStage.exit).toBe(1);
    expect(await filesIn(at('cut', 'member-1', 'relative'))).toEqual(['config.json']);
    expect((await ecgpu(run('cut', '--resume'))).exit).toBe(0);
    expect((await model('cut')).equals(await model('pair'))).toBe(true);
    expect(await filesIn(at('cut', 'relative'))).toContain('metrics.jsonl');
  });

  it('trains no relative stage where it is not to, and the other one alike', async () => {
    const options = ['--encoder', encoder, '--leads', '2', '--stages', '1'];
    expect((await ecgpu(train('one-stage', ...options))).exit).toBe(0);
    const made = requireKind(decodeModel(await model('one-stage')), 'sequence', 'one-stage');
    expect(made.relative).toBeUndefined();
    expect(made.provenance.command).toMatch(/ --leads 2 --stages 1 /);
    const pair = separateValues(decodeModel(await model('pair')).values);
    expect(separateValues(made.values)).toEqual({ ...pair, relative: new Map() });
    expect(await refusal(2, ...train('none', '--stages', '2'))).toContain('two leads');
    expect(await refusal(2, ...train('none', '--leads', '2', '--stages', '3'))).toContain('1 or 2');
  });

  it('learns from found R peaks too where it is asked to, says so, and gives the same bits again', async () => {
    const options = ['--encoder', encoder, '--leads', '2', '--found-peaks'];
    const { beats } = await ecgpuJson<{ readonly beats: number }>(...train('found', ...options));
    // All 536 annotated beats and as many found ones.
    expect(beats).toBe(1072);
    expect((await ecgpu(train('found-again', ...options))).exit).toBe(0);
    expect((await model('found')).equals(await model('found-again'))).toBe(true);
    expect(decodeModel(await model('found')).provenance.command).toMatch(/ --leads 2 --found-peaks /);
    for (const folder of [at('found'), at('found', 'relative')]) {
      const { config } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
      expect(config.foundPeaks).toBe(true);
    }
    // A run at annotated peaks alone is another one.
    expect(await refusal(1, ...train('found', ...options.slice(0, -1), '--resume'))).toContain('config');
  });

  it('shows the relative stage whole records of two leads, and to streams the other', async () => {
    // 313 beats; the same file without its relative stage is the other one's word.
    const both = requireKind(decodeModel(await model('pair')), 'sequence', 'pair');
    const { relative, selfTraining: _, values, ...rest } = both;
    await writeFile(
      at('plain.safetensors'),
      encodeModel({ ...rest, values: new Map([...values].filter(([name]) => !/(^|\.)relative\./.test(name))) }),
    );
    const called = async (file: string, ...more: string[]) =>
      ecgpuJson<{ readonly stage?: string; readonly model: object; readonly beats: unknown }>(
        ...['classify', at('data', '233'), '--peaks', 'atr', '--model', file, '--device', 'wasm', ...more],
      );
    const [pair, plain] = [at('pair', 'model.safetensors'), at('plain.safetensors')];
    const [asked, without] = [await called(pair), await called(plain)];
    expect([asked.stage, without.stage]).toEqual(['relative', 'plain']);
    expect(asked.beats).not.toEqual(without.beats);
    for (const flags of [['--leads', '1'], ['--causal']])
      expect((await called(pair, ...flags)).beats).toEqual((await called(plain, ...flags)).beats);
    const untaught = await called(pair, '--self-training', 'off');
    expect(asked.model).toMatchObject({ selfTraining: SELF_TRAINING });
    for (const other of [untaught, without]) expect(other.model).not.toHaveProperty('selfTraining');
    expect(await refusal(2, 'classify', at('data', '233'), '--model', plain, '--self-training', 'on')).toContain(
      'no stage for whole records',
    );
    const info = (await ecgpu(['model', 'info', pair])).out;
    expect(info).toMatch(/^ {2}stages .*whole records of two leads, 300 beats or more/m);
    expect(info).toMatch(/^ {2}learns .*calls of N, S, V of probability 0\.8 or more/m);
    expect((await ecgpu(['model', 'info', plain])).out).not.toMatch(/^ {2}(stages|learns) /m);
  });

  it('classifies by one lead or by two, as asked', async () => {
    const classify = (used: string, ...more: string[]) => [
      ...['classify', at('data', '233'), '--peaks', 'atr', '--model', used, '--device', 'wasm', ...more],
    ];
    interface Calls {
      readonly secondLead?: string;
      readonly beats: readonly { readonly probabilities: unknown }[];
    }
    const [two, one] = [
      await ecgpuJson<Calls>(...classify(at('pair', 'model.safetensors'))),
      await ecgpuJson<Calls>(...classify(at('pair', 'model.safetensors'), '--leads', '1')),
    ];
    expect([two.secondLead, one.secondLead]).toEqual(['V1', undefined]);
    expect(two.beats[100]!.probabilities).not.toEqual(one.beats[100]!.probabilities);
    const single = classify(at('first', 'model.safetensors'), '--leads', '2');
    expect(await refusal(2, ...single)).toContain('looks at one lead');
  });

  it('refuses members of a beat model', async () => {
    const beat = ['train', '--data', at('data'), '--out', at('none'), '--members', '2'];
    expect(await refusal(2, ...beat)).toContain('one network');
  });

  it('refuses a sequence model where a beat model is needed', async () => {
    const sequence = at('first', 'model.safetensors');
    expect(await refusal(1, ...train('third', '--encoder', sequence))).toContain('this needs a beat model');
  });
});
