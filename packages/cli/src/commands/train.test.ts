import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { decodeModel, type EpochReport } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';

interface TrainDocument {
  readonly model: string;
  readonly beats: number;
  readonly epochs: readonly EpochReport[];
}

const at = temporaryFolder();
const train = (run: string, epochs: string, ...more: string[]) => [
  ...['train', '--data', at('data'), '--split', at('pair.json'), '--out', at(run), '--epochs', epochs],
  ...['--device', 'wasm', ...more],
];
const model = (run: string) => readFile(at(run, 'model.safetensors'));

beforeAll(async () => {
  await excerpt(at('data'), '100', 180);
  await excerpt(at('data'), '233', 180);
  await writeFile(at('pair.json'), JSON.stringify({ name: 'pair', database: 'mitdb', records: ['100', '233'] }));
});

describe('ecgpu train', () => {
  it('gives the same bits for the same seed, and others for another', async () => {
    const result = await ecgpuJson<TrainDocument>(...train('first', '1'));
    expect(result).toMatchObject({ model: at('first', 'model.safetensors'), beats: 536, notForClinicalUse: true });
    expect(result.epochs).toHaveLength(1);
    expect(result.epochs[0]!.loss).toBeGreaterThan(0);
    expect((await ecgpu(train('second', '1'))).out).toMatch(/^epoch {3}1 {2}loss \d\.\d{4} .*\nmodel: .*\n$/);
    expect((await ecgpu(train('third', '1', '--seed', '1'))).exit).toBe(0);
    expect((await model('second')).equals(await model('first'))).toBe(true);
    expect((await model('third')).equals(await model('first'))).toBe(false);
    const { provenance } = decodeModel(await model('first'));
    expect(provenance).toMatchObject({ seed: 0, records: ['100', '233'] });
    expect(provenance.dataHash).toMatch(/^[\da-f]{64}$/);
  });

  it('keeps configuration, metrics and the last two checkpoints', async () => {
    const { epochs } = await ecgpuJson<TrainDocument>(...train('whole', '3'));
    expect(await filesIn(at('whole'))).toEqual([
      'checkpoint-0002.safetensors',
      'checkpoint-0003.safetensors',
      'config.json',
      'curves.svg',
      'metrics.jsonl',
      'model.safetensors',
    ]);
    const metrics = (await readFile(at('whole', 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(metrics.map((line) => JSON.parse(line))).toEqual(epochs);
    expect(epochs[2]!.loss).toBeLessThan(epochs[0]!.loss);
  });

  it('goes on after an interruption to the same bits', async () => {
    const interrupted = await ecgpu(train('resumed', '3'), (label, done) => {
      // An epoch has five steps, of which the first losses are told at the fourth.
      if (label === 'steps' && done > 5) throw new Error('the machine went down');
    });
    expect(interrupted.exit).toBe(1);
    expect(await filesIn(at('resumed'))).toEqual([
      'checkpoint-0001.safetensors',
      'config.json',
      'curves.svg',
      'metrics.jsonl',
    ]);
    const { exit, err } = await ecgpu(train('resumed', '3', '--resume'));
    expect(exit).toBe(0);
    expect(err).toContain('going on after epoch 1\n');
    expect((await model('resumed')).equals(await model('whole'))).toBe(true);
  });

  it('names a damaged checkpoint and goes on from the one before', async () => {
    await cp(at('whole'), at('damaged'), { recursive: true });
    await rm(at('damaged', 'model.safetensors'));
    const last = at('damaged', 'checkpoint-0003.safetensors');
    const bytes = await readFile(last);
    bytes[bytes.length - 5]! ^= 1;
    await writeFile(last, bytes);
    const { exit, err } = await ecgpu(train('damaged', '3', '--resume'));
    expect(exit).toBe(0);
    expect(err).toContain('checkpoint-0003.safetensors is damaged and is not used\n');
    expect(err).toContain('going on after epoch 2\n');
    const metrics = (await readFile(at('damaged', 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(metrics.map((line) => (JSON.parse(line) as EpochReport).epoch)).toEqual([1, 2, 3]);
    expect((await model('damaged')).equals(await model('whole'))).toBe(true);
  });

  it('refuses to mix runs', async () => {
    const before = await filesIn(at('whole'));
    expect(await refusal(1, ...train('whole', '3'))).toContain('there is a training in');
    expect(await refusal(1, ...train('whole', '4', '--resume'))).toContain('was started with other options');
    expect(await refusal(1, ...train('nowhere', '3', '--resume'))).toContain('there is no training in');
    expect(await filesIn(at('whole'))).toEqual(before);
    expect(await filesIn(at('nowhere'))).toEqual([]);
  });

  it('leaves nothing behind where it cannot begin', async () => {
    expect(await refusal(1, ...train('new', '1'), '--data', at('empty'))).toContain('"100.hea"');
    expect(await refusal(2, ...train('new', '1'), '--split', 'ds9')).toContain('ds9');
    await writeFile(at('clinic.json'), '{"name": "clinic", "database": "clinic", "records": ["100"]}');
    const held = ['--validate', at('clinic.json')];
    expect(await refusal(2, ...train('new', '1', ...held))).toContain('clinic is of clinic, pair of mitdb');
    expect(await refusal(2, ...train('new', '1', '--patience', '2'))).toContain('--patience is for --validate');
    expect(await refusal(2, ...train('new', '1', '--encoder', 'beat'))).toContain('--encoder is for --model sequence');
    await writeFile(at('draws.json'), '{"sampling": "every-beat"}');
    const given = ['--model', 'sequence', '--encoder', 'beat'];
    for (const draws of [
      ['--sampling', 'every-beat'],
      ['--config', at('draws.json')],
    ])
      expect(await refusal(2, ...train('new', '1', ...given, ...draws))).toContain('sampling is of an encoder');
    expect(await refusal(2, ...train('new', '0'))).toContain('a whole number from 1 is needed');
    await writeFile(at('twice.json'), '{"name": "twice", "database": "mitdb", "records": ["100", "100"]}');
    expect(await refusal(1, ...train('new', '1'), '--split', at('twice.json'))).toContain('Record 100 stands twice');
    expect(await filesIn(at('new'))).toEqual([]);
  });
});
