import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfidenceReport, Evaluation } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

const at = temporaryFolder();
let model: string;
beforeAll(async () => {
  model = await writeTinyModel(at('model.safetensors'));
  await excerpt(at(), '100', 60);
  await excerpt(at(), '233', 60);
});
const evaluate = (...more: string[]) => ['evaluate', '--data', at(), '--model', model, '--device', 'cpu', ...more];

describe('ecgpu evaluate', () => {
  it('prints one JSON document that says what was scored, and how', async () => {
    const result = await ecgpuJson<{ evaluation: Evaluation }>(...evaluate('--records', '100, 233'));
    expect(result).toMatchObject({
      protocol: 'inter-patient',
      split: '100,233',
      records: ['100', '233'],
      sharedPatients: [],
      model: { name: model, provenance: { records: ['101'] } },
      device: { kind: 'cpu' },
      notForClinicalUse: true,
    });
    // What the cardiologists marked in these two minutes.
    const { N, S, V, F } = result.evaluation.classes;
    expect([N, S, V, F].map(({ support }) => support)).toEqual([145, 3, 30, 0]);
  });

  it('takes a record list from a file, and scores the same on another device', async () => {
    const split = { name: 'pair', database: 'mitdb', records: ['100', '233'] };
    await writeFile(at('pair.json'), JSON.stringify(split));
    const cpu = await ecgpu(evaluate('--split', at('pair.json')));
    expect(cpu.exit).toBe(0);
    expect(cpu.out).toMatch(/^Inter-patient: trained on 1 records, scored on pair, at annotated R peaks\.\n/);
    expect(cpu.out).toMatch(/not for clinical use\.\n$/);
    const wasm = await ecgpu([...evaluate('--split', at('pair.json')), '--device', 'wasm']);
    expect(wasm.out).toBe(cpu.out);
  });

  it('says how far its probabilities can be relied on, and draws what leaving out the least sure spares', async () => {
    const picture = at('curve.svg');
    const run = evaluate('--records', '100,233', '--risk-coverage', picture);
    const { confidence } = await ecgpuJson<{ confidence: ConfidenceReport }>(...run);
    expect(confidence).toMatchObject({ temperatures: [1], aurc: expect.any(Number) });
    expect(confidence.coverages[0]!.coverage).toBe(1);
    expect(confidence.reliability.bins.reduce((sum, { beats }) => sum + beats, 0)).toBe(178);
    expect(await readFile(picture, 'utf8')).toMatch(/^<svg.*AURC.*<\/svg>\n$/s);
    const nowhere = evaluate('--records', '100,233', '--risk-coverage', join(picture, 'x.svg'));
    const scored: string[] = [];
    expect((await ecgpu(nowhere, (label) => scored.push(label))).err).toContain('curve.svg is no folder');
    expect(scored).toEqual([]);
    expect(await refusal(2, ...run, '--protocol', 'end-to-end')).toContain('--risk-coverage is for inter-patient');
  });

  it('refuses records and patients that the model has learned from', async () => {
    const other = await writeTinyModel(at('other.safetensors'), { records: ['100', '201'] });
    const trained = ['evaluate', '--data', at(), '--model', other, '--device', 'cpu', '--records'];
    expect(await refusal(1, ...trained, '100,233')).toContain('In training and in test: 100.');
    expect(await refusal(1, ...trained, '202')).toContain('201+202');
    // With the flag, the next thing in its way is that the record is not there.
    expect(await refusal(1, ...trained, '202', '--allow-shared-patients')).toContain('"202.hea"');
  });

  it('refuses them whichever database they are of', async () => {
    const patients = { '100': 'smith', '233': 'smith' };
    const list = (name: string, ...records: string[]) =>
      writeFile(at(`${name}.json`), JSON.stringify({ name, database: 'clinic', records, patients }));
    await list('trained', '100');
    await list('other', '233');
    const train = ['train', '--data', at(), '--split', at('trained.json'), '--epochs', '1', '--device', 'wasm'];
    expect((await ecgpu([...train, '--out', at('clinic')])).exit).toBe(0);
    const own = ['evaluate', '--data', at(), '--device', 'cpu', '--model', at('clinic', 'model.safetensors')];
    expect(await refusal(1, ...own, '--split', at('trained.json'))).toContain('In training and in test: 100.');
    expect(await refusal(1, ...own, '--records', '100')).toContain('In training and in test: 100.');
    expect(await refusal(1, ...own, '--split', at('other.json'))).toContain('clinic/smith');
    // Of another database, a record of the same name is somebody else's.
    await writeFile(at('usual.json'), JSON.stringify({ name: 'usual', database: 'mitdb', records: ['100'] }));
    expect((await ecgpu([...own, '--split', at('usual.json')])).exit).toBe(0);
  });

  it('says which database it takes records named alone to be of, and is told of another', async () => {
    const named = ['evaluate', '--data', at(), '--device', 'cpu', '--records', '100', '--model'];
    expect((await ecgpu([...named, model])).err).toContain('100: taken to be of mitdb, as the training records are');
    const learned = await writeTinyModel(at('learned.safetensors'), { records: ['100'] });
    const clinic = await ecgpu([...named, learned, '--database', 'clinic', '--json']);
    expect(clinic.err).not.toContain('taken to be of');
    expect(JSON.parse(clinic.out)).toMatchObject({ database: 'clinic', records: ['100'] });
    const other = await writeTinyModel(at('of-clinic.safetensors'), { records: ['7'], database: 'clinic' });
    const both = await refusal(2, ...named, model, other);
    expect(both).toContain('100 may be of any of the databases that the models were trained on: mitdb, clinic');
    expect((await ecgpu([...named, model, other, '--database', 'mitdb'])).exit).toBe(0);
    expect(await refusal(2, ...evaluate('--split', 'ds2', '--database', 'mitdb'))).toContain('cannot be used with');
    expect(await refusal(2, ...evaluate('--database', 'mitdb'))).toContain('which records?');
    expect(await refusal(2, ...evaluate('--records', '100', '--database', '../x'))).toContain('a name of letters');
    // Read from one folder, it would be rehearsed.
    const adapted = [...named, learned, '--database', 'clinic', '--protocol', 'patient-specific'];
    expect(await refusal(1, ...adapted)).toContain('100 of clinic and of the training of');
  });

  it('refuses options that its protocol would leave aside', async () => {
    const models = evaluate('--records', '100');
    expect(await refusal(2, ...models, '--folds', '3')).toContain('--folds is for intra-patient; inter-patient has no');
    expect(await refusal(2, ...models, '--out', at('new'))).toContain('--out is for intra-patient, subject-specific');
    const recipe = ['evaluate', '--data', at(), '--records', '100', '--protocol', 'subject-specific'];
    expect(await refusal(2, ...recipe, '--mapping', 'ec57')).toContain('--mapping is for');
    expect(await refusal(2, ...recipe, '--allow-shared-patients')).toContain('--allow-shared-patients is for');
    expect(await refusal(2, ...recipe, '--folds', '3')).toContain('--folds is for intra-patient');
  });

  it('needs to know which records', async () => {
    expect(await refusal(2, ...evaluate())).toContain('which records?');
    expect(await refusal(2, ...evaluate('--records', '100,100'))).toContain('Name each record once');
    expect(await refusal(2, ...evaluate('--records', '100', '--split', 'ds2'))).toContain('cannot be used with');
    expect(await refusal(2, ...evaluate('--split', 'ds9'))).toContain('ds9');
    expect(await refusal(2, 'evaluate', '--records', '100')).toContain("'--data <dir>' not specified");
  });

  it('sums up several models, and scores with another mapping', async () => {
    const second = await writeTinyModel(at('second.safetensors'), { records: ['102'] });
    const both = ['evaluate', '--data', at(), '--records', '100,233', '--device', 'cpu', '--model', model, second];
    const result = await ecgpuJson<{ repeats: unknown[]; summaries: { models: number; f1: object }[] }>(
      ...both,
      ...['--mapping', 'ec57'],
    );
    expect(result.repeats).toHaveLength(1);
    expect(result.summaries).toMatchObject([{ models: 2, records: 2, without: [] }]);
    expect(result).toMatchObject({ evaluation: { mapping: 'ec57' } });
    expect((await ecgpu(both)).out).toContain('Mean F1 (range over 2 models)');
  });

  it('scores what is found, missed and extra beats included', async () => {
    const result = await ecgpuJson<{ evaluation: Evaluation }>(
      ...evaluate('--records', '100', '--protocol', 'end-to-end'),
    );
    expect(result).toMatchObject({ protocol: 'end-to-end' });
    // Record 100 is easy: its 74 beats of the first minute are found, none is made up.
    expect(result.evaluation.overall.beats).toBe(74);
  });

  it('scores the calls of a stream, at annotated R peaks and at those found', async () => {
    const shipped = ['--model', 'beat', '--device', 'wasm'];
    const scored = (...more: string[]) =>
      ecgpuJson<{ evaluation: Evaluation; causal: boolean }>(
        ...['evaluate', '--data', at(), '--records', '100,233', ...shipped, ...more],
      );
    const [causal, whole] = [await scored('--causal'), await scored()];
    expect([causal.causal, whole.causal]).toEqual([true, false]);
    for (const { record, matrix } of causal.evaluation.records) {
      const run = ['classify', at(record), '--causal', '--peaks', 'atr', ...shipped];
      const { counts } = await ecgpuJson<{ counts: Record<string, number> }>(...run);
      for (const label of ['N', 'S', 'V', 'F'] as const) {
        expect(Object.values(matrix).reduce((sum, row) => sum + row[label], 0)).toBe(counts[label]);
      }
    }
    expect(causal.evaluation.classes.V.f1).toBeGreaterThan(0.9);
    const found = await scored('--causal', '--protocol', 'end-to-end');
    expect(found.evaluation.overall.beats).toBeGreaterThanOrEqual(178);
    const { out } = await ecgpu(evaluate('--records', '100', '--causal'));
    expect(out).toContain('as a stream has it');
    expect(await refusal(2, ...evaluate('--records', '100', '--causal', '--protocol', 'patient-specific'))).toContain(
      '--causal is for inter-patient, end-to-end',
    );
    expect(await refusal(2, ...evaluate('--causal', '--protocol', 'intra-patient'))).toContain('--causal is for');
  });

  it("adapts to each record's first five minutes and scores the rest, before and after", async () => {
    await excerpt(at('long'), '100', 30);
    await excerpt(at('long'), '233', 330);
    const far = evaluate('--records', '100', '--protocol', 'patient-specific');
    expect(await refusal(1, ...far)).toContain('1 of the 1 training records of');
    const own = await writeTinyModel(at('own.safetensors'), { records: ['100'] });
    const result = await ecgpuJson<{ evaluation: Evaluation; before: Evaluation }>(
      ...['evaluate', '--data', at('long'), '--model', own, '--records', '233', '--device', 'wasm'],
      ...['--protocol', 'patient-specific'],
    );
    const alone = await ecgpuJson<{ before: Evaluation; after: Evaluation }>(
      ...['finetune', at('long', '233'), '--model', own, '--device', 'wasm'],
    );
    expect(result.before.matrix).toEqual(alone.before.matrix);
    expect(result.evaluation.matrix).toEqual(alone.after.matrix);
    expect(result.evaluation.overall.beats).toBeGreaterThan(30);
  });
});
