import { cp, readFile } from 'node:fs/promises';
import { ALIKE_BEATS, type Evaluation, parentOf, requireKind } from '@ecgpu/model';
import { loadModel } from '@ecgpu/model/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

interface FinetuneDocument {
  readonly ownBeats: number;
  readonly share: number;
  readonly heldBack: readonly { readonly share: number; readonly loss: number }[];
  readonly before: Evaluation;
  readonly after: Evaluation;
}

const at = temporaryFolder();
let model: string;
beforeAll(async () => {
  model = await writeTinyModel(at('model.safetensors'), { records: ['100'] });
  await excerpt(at('data'), '100', 60);
  await excerpt(at('data'), '233', 60);
});
const finetune = (...more: string[]) => [
  ...['finetune', at('data', '233'), '--minutes', '0.5', '--model', model, '--device', 'wasm'],
  ...more,
];

describe('ecgpu finetune', () => {
  it('learns from the first minutes and scores on the rest alone', async () => {
    const result = await ecgpuJson<FinetuneDocument>(...finetune());
    expect(result).toMatchObject({
      protocol: 'patient-specific',
      record: '233',
      minutes: 0.5,
      notForClinicalUse: true,
    });
    const scored = Object.values(result.after.classes).reduce((sum, { support }) => sum + support, 0);
    expect(result.ownBeats + scored).toBe(104);
    expect(Object.values(result.before.classes).map(({ support }) => support)).toEqual(
      Object.values(result.after.classes).map(({ support }) => support),
    );
    expect(result.after.overall.accuracy).toBeGreaterThanOrEqual(result.before.overall.accuracy!);
  });

  it('writes a model that names its parent, the same bits for the same seed', async () => {
    const first = await ecgpu(finetune('--out', at('first.safetensors')));
    expect(first.exit).toBe(0);
    expect(first.out).toMatch(/^233: learned from 51 beats of the patient and \d+ of others, scored on the 53 beats/);
    await ecgpu(finetune('--out', at('second.safetensors')));
    await ecgpu(finetune('--out', at('third.safetensors'), '--seed', '1'));
    const [one, two, three] = await Promise.all(
      ['first', 'second', 'third'].map((name) => readFile(at(`${name}.safetensors`))),
    );
    expect(one!.equals(two!)).toBe(true);
    expect(one!.equals(three!)).toBe(false);
    expect(first.err).not.toContain('it needs');
    const elsewhere = await ecgpu(finetune('--out', at('clinic', 'first.safetensors')));
    expect(elsewhere.err).toContain(`it needs ${model}`);
    const parent = await loadModel(model);
    expect(parentOf(one!)).toBe(parent.hash);
    expect(one!.length).toBeLessThan((await readFile(model)).length);
    const patient = await loadModel(at('first.safetensors'));
    expect(patient.contract).toEqual(parent.contract);
    // The patient is one it has learned from now.
    expect(patient.provenance).toMatchObject({ parent: parent.hash, records: ['100', '233'] });
    expect((await ecgpu(['classify', at('data', '233'), '--model', at('first.safetensors')])).exit).toBe(0);
  });

  it("starts from a patient's model as from any other", async () => {
    const first = at('first.safetensors');
    const next = ['finetune', at('data', '100'), '--minutes', '0.5', '--no-rehearsal', '--share', '1', '--steps', '3'];
    const base = await writeTinyModel(at('base.safetensors'), { records: ['101'] });
    const one = [
      ...finetune('--share', '1', '--steps', '3', '--no-rehearsal', '--out', first, '--force'),
      '--model',
      base,
    ];
    expect((await ecgpu(one)).exit).toBe(0);
    const two = [...next, '--model', first, '--device', 'wasm', '--out', at('next.safetensors')];
    expect((await ecgpu(two)).exit).toBe(0);
    const info = await ecgpuJson<object>('model', 'info', at('next.safetensors'));
    expect(info).toMatchObject({
      provenance: {
        command: 'ecgpu finetune 100 --minutes 0.5 --seed 0 --steps 3 --share 1 --no-rehearsal',
        records: ['101', '233', '100'],
      },
      weights: { verified: true },
    });
  });

  it('needs the parent beside it', async () => {
    await cp(at('first.safetensors'), at('alone', 'patient.safetensors'));
    const alone = await refusal(1, 'classify', at('data', '233'), '--model', at('alone', 'patient.safetensors'));
    expect(alone).toContain('needs the model it was made from');
  });

  it('goes as far as it is told, and by default as far as serves the beats held back', async () => {
    const whole = await ecgpuJson<FinetuneDocument>(...finetune('--share', '1', '--steps', '30', '--layers', 'head'));
    expect(whole).toMatchObject({ share: 1, heldBack: [] });
    const none = await ecgpuJson<FinetuneDocument>(...finetune('--share', '0'));
    expect(none.after.matrix).toEqual(none.before.matrix);
    const guarded = await ecgpuJson<FinetuneDocument>(...finetune('--steps', '30'));
    expect(guarded.heldBack.map(({ share }) => share)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const losses = guarded.heldBack.map(({ loss }) => loss);
    expect(guarded.heldBack.find(({ share }) => share === guarded.share)!.loss).toBe(Math.min(...losses));
    expect(await refusal(2, ...finetune('--share', '1.5'))).toContain('a number from 0 to 1');
    // 51 beats are two steps an epoch.
    const long = finetune('--steps', '90000', '--no-rehearsal', '--share', '1');
    expect(await refusal(1, ...long)).toContain('at most: beyond them random numbers would repeat');
    expect(await refusal(1, ...finetune('--model', 'sequence', '--layers', 'all'))).toContain('--layers head');
  });

  it('writes of a sequence model too what it does beside asking its networks', async () => {
    await excerpt(at('long'), '100', 130, 10);
    const file = at('sequence.safetensors');
    const run = ['finetune', at('long', '100'), '--model', 'sequence', '--minutes', '1', '--device', 'wasm'];
    const { out } = await ecgpu([...run, '--share', '1', '--steps', '1', '--no-rehearsal', '--out', file]);
    expect(out).toContain('Whether a beat is S, which the patient had not shown, the model as it was says.');
    const { patient } = requireKind(await loadModel(file), 'sequence', file);
    expect(patient).toMatchObject({ unshown: ['S'], alike: ALIKE_BEATS });
    expect(patient!.parent).toEqual((await loadModel('sequence')).values);
  });

  it('does not replace a model unasked, and finds that out before it learns', async () => {
    const taken = await readFile(model);
    const run = await ecgpu(finetune('--out', model), (label) => {
      if (label === 'steps') throw new Error('it has begun to learn');
    });
    expect(run).toMatchObject({ exit: 1, out: '' });
    expect(run.err).toContain('is there already');
    expect(await readFile(model)).toEqual(taken);
  });

  it('refuses a record that the model has learned from, whose later beats it knows', async () => {
    const known = await writeTinyModel(at('known.safetensors'), { records: ['100', '233'] });
    const refused = await refusal(1, ...finetune('--model', known));
    expect(refused).toContain('has learned from record 233 of mitdb');
    expect(refused).toContain('If yours only has the same name, say what it is of: --database clinic');
    expect(await refusal(1, ...finetune('--model', known, '--database', 'MITDB'))).toContain(
      'has learned from record 233',
    );
  });

  it('takes a record of another database that has the name of one it has learned from, and knows it from then on', async () => {
    const known = await writeTinyModel(at('known.safetensors'), { records: ['100', '233'] });
    const own = ['--model', known, '--database', 'own', '--share', '1', '--steps', '3', '--out', at('own.safetensors')];
    const run = await ecgpu(finetune(...own));
    expect(run.exit, run.err).toBe(0);
    // What else is in the record's folder is not what the model has learned from.
    expect(run.err).toContain('rehearsal: none, as the record is of another database');
    expect(run.out).toMatch(/^233: learned from 51 beats of the patient and 0 of others/);
    const { provenance } = await loadModel(at('own.safetensors'));
    expect(provenance).toMatchObject({
      records: ['100', '233', 'own/233'],
      command: expect.stringContaining('ecgpu finetune own/233 '),
    });
    const again = finetune('--model', at('own.safetensors'), '--database', 'own');
    expect(await refusal(1, ...again)).toContain('has learned from record 233 of own');
    expect(await refusal(2, ...finetune('--database', '../own'))).toContain('a name of letters');
    const told = await ecgpu(finetune(...own, '--force', '--data', at('data')));
    expect(told.out).toMatch(/^233: learned from 51 beats of the patient and [1-9]\d* of others/);
  });

  it('refuses a record with nothing to learn from, or nothing left to score', async () => {
    expect(await refusal(1, ...finetune('--minutes', '0.001', '--out', at('new', 'a')))).toContain('no beats');
    expect(await refusal(1, ...finetune('--minutes', '30', '--out', at('new', 'b')))).toContain('no beats');
    expect(await filesIn(at('new'))).toEqual([]);
    expect(await refusal(2, ...finetune('--force'))).toContain('--force is for --out');
    expect(await refusal(2, ...finetune('--no-rehearsal', '--data', at('data')))).toContain('--data is for rehearsal');
    expect(await refusal(2, ...finetune('--minutes', '0'))).toContain('a number above 0 is needed');
  });
});
