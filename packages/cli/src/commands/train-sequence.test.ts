import { readFile, writeFile } from 'node:fs/promises';
import { decodeModel } from '@ecgpu/model';
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
    expect(decodeModel(await model('whole')).kind).toBe('sequence');
  });

  it('refuses a sequence model where a beat model is needed', async () => {
    const sequence = at('first', 'model.safetensors');
    expect(await refusal(1, ...train('third', '--encoder', sequence))).toContain('this needs a beat model');
    const finetune = ['finetune', at('data', '233'), '--minutes', '1', '--model', sequence];
    expect(await refusal(1, ...finetune)).toContain('this needs a beat model');
  });
});
