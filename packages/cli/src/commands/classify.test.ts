import { readFile, writeFile } from 'node:fs/promises';
import { decodeAnnotations } from '@ecgpu/ecg-dsp';
import type { ClassifiedRecord } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { constantRecord, excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

interface ClassifyDocument extends ClassifiedRecord {
  readonly device: { readonly kind: string; readonly description: string };
  readonly model: { readonly name: string; readonly hash: string };
  readonly notForClinicalUse: boolean;
}

const at = temporaryFolder();
let model: string;
beforeAll(async () => {
  model = await writeTinyModel(at('model.safetensors'));
  await excerpt(at(), '100', 60);
  await excerpt(at(), '233', 60);
});
const classify = (record: string, ...more: string[]) => ['classify', record, '--model', model, ...more];

describe('ecgpu classify', () => {
  it.each(['cpu', 'wasm'])('prints one JSON document, computed on %s', async (kind) => {
    const result = await ecgpuJson<ClassifyDocument>(...classify(at('100.hea'), '--device', kind));
    expect(Object.keys(result)).toEqual([
      'record',
      'fs',
      'lead',
      'device',
      'model',
      'beats',
      'counts',
      'diagnostics',
      'notForClinicalUse',
    ]);
    expect(result).toMatchObject({ record: '100', fs: 360, lead: 'MLII', diagnostics: [], notForClinicalUse: true });
    expect(result.device.kind).toBe(kind);
    expect(result.model).toMatchObject({ name: model, hash: expect.stringMatching(/^[\da-f]{64}$/) });
    expect(result.beats).toHaveLength(74);
    expect(Object.values(result.counts).reduce((sum, count) => sum + count)).toBe(74);
    for (const { sample, time, class: label, probabilities } of result.beats) {
      expect(time).toBe(sample / 360);
      const ranked = Object.entries(probabilities!).sort((a, b) => b[1] - a[1]);
      expect(ranked.map(([name]) => name).sort()).toEqual(['F', 'N', 'S', 'V']);
      expect(ranked[0]![0]).toBe(label);
      expect(ranked.reduce((sum, [, probability]) => sum + probability, 0)).toBeCloseTo(1, 5);
    }
  });

  it("says how many calls the check of a whole record's fusion beats has changed, and makes none where none was asked for", async () => {
    await excerpt(at('long'), '100', 270);
    const sequence = ['classify', at('long/100'), '--model', 'sequence', '--leads', '1', '--device', 'wasm'];
    const [checked, unchecked] = [
      await ecgpuJson<ClassifyDocument>(...sequence, '--fusion-check', 'on'),
      await ecgpuJson<ClassifyDocument>(...sequence),
    ];
    expect(checked.fusion).toEqual({ toFusion: expect.any(Number), fromFusion: expect.any(Number) });
    expect(unchecked).not.toHaveProperty('fusion');
    expect(unchecked.beats.map(({ sample }) => sample)).toEqual(checked.beats.map(({ sample }) => sample));
  });

  it('gives the same classes on every device', async () => {
    const [cpu, wasm] = await Promise.all(
      ['cpu', 'wasm'].map((kind) => ecgpuJson<ClassifyDocument>(...classify(at('233'), '--device', kind))),
    );
    expect(wasm!.counts).toEqual(cpu!.counts);
    for (const [index, { probabilities }] of wasm!.beats.entries()) {
      for (const [label, probability] of Object.entries(cpu!.beats[index]!.probabilities!)) {
        expect(Math.abs(probabilities![label as 'N']! - probability)).toBeLessThan(1e-6);
      }
    }
  });

  it('takes the shipped model where none is named', async () => {
    const { model: used, counts } = await ecgpuJson<ClassifyDocument>('classify', at('233'), '--device', 'wasm');
    expect(used.name).toBe('beat');
    // The cardiologists called 30 of this minute's 104 beats ventricular.
    expect(Math.abs(counts['V']! - 30)).toBeLessThanOrEqual(3);
  });

  it('prints counts and a strip of each record, and its device on stderr', async () => {
    const { exit, out, err } = await ecgpu(['classify', at('100'), at('233'), '--model', model, '--device', 'cpu']);
    expect(exit).toBe(0);
    expect(out).toMatch(/^100, lead MLII: 74 beats\n\n {2}N {2}normal +\d+ +\d+\.\d %\n/);
    expect(out).toMatch(/minute {2}beats \(· normal\)\n {5}0 {2}[·SVF]{74}\n/);
    expect(out).toContain('233, lead MLII');
    expect(err).toBe('device: cpu, CPU, f64 reference implementations\n');
  });

  it("takes another annotator's R peaks", async () => {
    await ecgpu(['detect', at('100'), '--out', at()]);
    const [given, found] = await Promise.all([
      ecgpuJson<ClassifyDocument>(...classify(at('100'), '--device', 'cpu', '--peaks', 'ecgpu')),
      ecgpuJson<ClassifyDocument>(...classify(at('100'), '--device', 'cpu')),
    ]);
    expect(given.beats).toEqual(found.beats);
    expect(await refusal(1, ...classify(at('100'), '--device', 'cpu', '--peaks', 'none'))).toContain('"100.none"');
  });

  it('takes a table with times as it takes the record, and says what a file without them needs', async () => {
    expect((await ecgpu(['convert', at('100'), at('table.csv')])).exit).toBe(0);
    const calls = async (...args: string[]) => {
      const { record: _, ...rest } = await ecgpuJson<ClassifyDocument>(...args, '--device', 'cpu');
      return rest;
    };
    const table = classify(at('table.csv'));
    expect(await calls(...table)).toEqual(await calls(...classify(at('100'))));
    expect((await ecgpu([...table, '--out', at('from-table')])).exit).toBe(0);
    expect(await filesIn(at('from-table'))).toEqual(['table.ecgpu']);
    expect(await refusal(1, ...table, '--out', at('from-table'))).toContain('table.ecgpu is there already');
    expect(await refusal(2, ...table, at('table'), '--out', at('both'))).toContain('two records called table');
    expect((await ecgpu(['convert', at('100'), at('array.npy')])).exit).toBe(0);
    expect(await refusal(2, ...classify(at('array.npy')))).toContain('ecgpu convert');
    expect(await refusal(1, ...classify(at('none.edf')))).toContain('none.edf');
  });

  it("calls beats '?' where the signal is too poor, on request", async () => {
    const rows = Array.from({ length: 7200 }, (_, i) => `${i / 360},${Math.sin(i * i)}`);
    await writeFile(at('noise.csv'), `time (s),MLII (mV)\n${rows.join('\n')}\n`);
    expect((await ecgpu(['convert', at('noise.csv'), at('noise')])).exit).toBe(0);
    const run = classify(at('noise'), '--device', 'cpu');
    expect((await ecgpuJson<ClassifyDocument>(...run)).counts['?']).toBe(0);
    const { out } = await ecgpu([...run, '--quality']);
    const { beats, counts } = await ecgpuJson<ClassifyDocument>(...run, '--quality');
    expect(beats.length).toBeGreaterThan(10);
    expect(counts['?']).toBe(beats.length);
    expect(out).toContain(`Of those not called, ${beats.length} lie on too poor a signal`);
  });

  it("calls beats '?' that the model is not sure enough of, on request", async () => {
    const run = classify(at('233'), '--device', 'cpu', '--coverage', '0.75');
    const { beats, counts } = await ecgpuJson<ClassifyDocument>(...run);
    expect(counts['?']).toBe(Math.floor(beats.length / 4));
    expect(beats.filter(({ reason }) => reason === 'confidence')).toHaveLength(counts['?']!);
    const { out } = await ecgpu(run);
    expect(out).toContain(`Of those not called, the model was not sure enough of ${counts['?']}.`);
    const all = await ecgpuJson<ClassifyDocument>(...classify(at('233'), '--device', 'cpu', '--min-confidence', '1'));
    expect(all.counts['?']).toBe(beats.length);
    expect(await refusal(2, ...classify(at('233'), '--min-confidence', '95'))).toContain('from 0 to 1');
    expect(await refusal(2, ...classify(at('233'), '--coverage', '0'))).toContain('above 0');
    expect(await refusal(2, ...run, '--min-confidence', '0.5')).toContain('cannot be used with');
    expect(await refusal(2, ...classify(at('233')), '--force')).toContain('--force is for --out');
    expect(await refusal(2, ...classify(at('233')), '--quality', '--causal')).toContain('cannot be used with');
    const learning = [...classify(at('233')), '--self-training', 'on'];
    expect(await refusal(2, ...learning)).toContain('no stage for whole records');
    expect(await refusal(2, ...learning, '--causal')).toContain('cannot be used with');
    expect(await refusal(2, ...learning, '--model', 'sequence', '--leads', '1')).toContain(
      'no stage for whole records',
    );
  });

  it('does the other records where one fails, and fails in the end', async () => {
    const paths = [at('100'), at('nowhere'), at('233')];
    const { exit, out, err } = await ecgpu([...classify(paths[0]!, ...paths.slice(1), '--device', 'cpu'), '--json']);
    expect(exit).toBe(1);
    expect((JSON.parse(out) as ClassifyDocument[]).map(({ record }) => record)).toEqual(['100', '233']);
    expect(err).toContain('There is no file "nowhere.hea"');
    expect(err).toMatch(/ecgpu: 1 of 3 records could not be worked on/);
  });

  it('reads the leads that it looks at, and no others', async () => {
    await excerpt(at('one'), '100', 30);
    const header = (await readFile(at('one', '100.hea'), 'utf8')).replace('100 2 ', '100 3 ');
    await writeFile(at('one', '100.hea'), `${header.trimEnd()}\nnot-there.dat 16 200/mV 16 0 0 0 0 V1\n`);
    const result = await ecgpuJson<ClassifyDocument>(...classify(at('one', '100'), '--device', 'cpu'));
    expect(result.beats.length).toBeGreaterThan(30);
  });

  it('writes its classes as annotations once, and again only by force', async () => {
    const run = classify(at('100'), '--device', 'cpu', '--out', at('classified'));
    const { beats } = await ecgpuJson<ClassifyDocument>(...run);
    const { annotations } = decodeAnnotations(await readFile(at('classified', '100.ecgpu')));
    expect(annotations.map(({ sample, symbol }) => ({ sample, symbol }))).toEqual(
      beats.map(({ sample, class: symbol }) => ({ sample, symbol })),
    );
    // Told before the record is worked on.
    const again = await ecgpu(run, () => {
      throw new Error('it has begun to work');
    });
    expect(again).toMatchObject({ exit: 1, err: expect.stringContaining('is there already') });
    expect((await ecgpu([...run, '--force'])).exit).toBe(0);
    expect(await filesIn(at('classified'))).toEqual(['100.ecgpu']);
  });

  it.each([
    ['flat', 0.3],
    ['missing', Number.NaN],
  ])('calls no beats in a signal that is %s, and says so', async (name, value) => {
    const path = await constantRecord(at(), name, value);
    const { beats, counts, diagnostics } = await ecgpuJson<ClassifyDocument>(...classify(path, '--device', 'cpu'));
    expect(beats).toEqual([]);
    expect(counts).toEqual({ N: 0, S: 0, V: 0, F: 0, '?': 0 });
    expect(diagnostics.map(({ code }) => code)).toContain('NO_BEATS');
  });
});
