import { readFile, rm, writeFile } from 'node:fs/promises';
import { type Calibration, decodeModel, encodeModel, fileHash } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { muddledExcerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';
import { writeTinyModel } from '../../test/tiny-model.js';

const at = temporaryFolder();
const list = (name: string, ...records: string[]) =>
  writeFile(at(`${name}.json`), JSON.stringify({ name, database: 'mitdb', records }));
const calibrate = (model: string, out: string, ...more: string[]) => [
  ...['calibrate', model, '--data', at('data'), '--out', at(out), '--split', at('pair.json')],
  ...['--folds', `${at('one.json')},${at('other.json')}`, '--device', 'wasm', ...more],
];
let trained: string;

beforeAll(async () => {
  // Of one patient both.
  await muddledExcerpt(at('data'), '233', 180, 0, 'early');
  await muddledExcerpt(at('data'), '233', 180, 900, 'late');
  await list('pair', 'early', 'late');
  await list('one', 'early');
  await list('other', 'late');
  const run = ['--data', at('data'), '--split', at('pair.json'), '--out', at('run'), '--epochs', '1'];
  expect((await ecgpu(['train', ...run, '--focal', '1', '--device', 'wasm'])).exit).toBe(0);
  trained = at('run', 'model.safetensors');
});

describe('ecgpu calibrate', () => {
  it('writes the same weights with a temperature, and says where it is from', async () => {
    const result = await ecgpuJson<{ readonly calibration: Calibration; readonly hash: string }>(
      ...calibrate(trained, 'calibrated.safetensors', '--work', at('folds')),
    );
    const [before, after] = await Promise.all([trained, at('calibrated.safetensors')].map((path) => readFile(path)));
    const { calibration, ...plain } = decodeModel(after!);
    expect(encodeModel(plain)).toEqual(new Uint8Array(before!));
    expect(calibration).toEqual(result.calibration);
    expect(calibration).toMatchObject({ folds: [['early'], ['late']], of: await fileHash(before!) });
    expect(result.hash).toBe(await fileHash(after!));
    expect(await filesIn(at('folds'))).toEqual(['beat-one', 'beat-other']);
    const fold = decodeModel(await readFile(at('folds', 'beat-one', 'model.safetensors'))).provenance;
    expect(fold.records).toEqual(['late']);
    expect(fold.command).toMatch(/ --focal 1$/);

    // A second time the folds are there already, and a calibrated model gives the same file.
    let steps = 0;
    const again = await ecgpu(
      calibrate(at('calibrated.safetensors'), 'again.safetensors', '--work', at('folds')),
      (label) => {
        if (label === 'steps') steps++;
      },
    );
    expect(again.out).toMatch(/^Temperature \d+\.\d+, from \d+ beats that were held out/);
    expect(steps).toBe(0);
    expect(await readFile(at('again.safetensors'))).toEqual(after);
    expect((await ecgpu(calibrate(trained, 'again.safetensors'))).exit).toBe(1);
  });

  it('says where the folds are trained if nobody else does, so that it can go on there', async () => {
    const interrupted = await ecgpu(calibrate(trained, 'resumed.safetensors'), (label) => {
      if (label === 'beats of one scored') throw new Error('the machine went down');
    });
    expect(interrupted.exit).toBe(1);
    const [, folder] = /go on with --work (.+)$/m.exec(interrupted.err)!;
    try {
      expect(await filesIn(folder!)).toEqual(['beat-one']);
      const resumed = await ecgpu(calibrate(trained, 'resumed.safetensors', '--work', folder!));
      expect(resumed.exit, resumed.err).toBe(0);
      expect(resumed.err).toContain('other: training a model');
      expect(resumed.err).not.toContain('one: training a model');
      expect(await readFile(at('resumed.safetensors'))).toEqual(await readFile(at('calibrated.safetensors')));
    } finally {
      await rm(folder!, { recursive: true, force: true });
    }
    const whole = await ecgpu(calibrate(trained, 'whole.safetensors'));
    expect(whole.exit, whole.err).toBe(0);
    expect(await filesIn(/--work (.+)$/m.exec(whole.err)![1]!)).toEqual([]);
  });

  it('changes probabilities and no class', async () => {
    const classified = await Promise.all(
      [trained, at('calibrated.safetensors')].map((model) =>
        ecgpuJson<{
          beats: { class: string; probabilities: Record<string, number> }[];
          model: { temperature: number };
        }>(...['classify', at('data', 'late'), '--model', model, '--device', 'wasm']),
      ),
    );
    const [before, after] = classified;
    expect(before!.model.temperature).toBeNull();
    expect(after!.beats.map((beat) => beat.class)).toEqual(before!.beats.map((beat) => beat.class));
    for (const [index, { probabilities }] of after!.beats.entries()) {
      const was = before!.beats[index]!.probabilities;
      const odds = (p: Record<string, number>) => Math.log(p['N']! / p['V']!);
      expect(odds(probabilities) * after!.model.temperature).toBeCloseTo(odds(was), 2);
    }
  });

  it('refuses models and folds whose temperature would be of something else', async () => {
    const tiny = await writeTinyModel(at('tiny.safetensors'), { records: ['early', 'late'] });
    expect(await refusal(1, ...calibrate(tiny, 'x.safetensors'))).toContain('cannot be repeated for each fold');
    const halves = (folds: string) => [...calibrate(trained, 'x.safetensors'), '--folds', folds];
    expect(await refusal(1, ...halves(`${at('one.json')},${at('one.json')}`))).toContain(
      'Record early is in two folds',
    );
    expect(await refusal(1, ...halves('ds1-fold-1,ds1-fold-2'))).toContain('is not in pair');
    const ds1 = ['--split', 'ds1', '--folds', 'ds1-fold-1,ds1-fold-2,ds1-fold-3'];
    expect(await refusal(1, ...calibrate(trained, 'x.safetensors', ...ds1))).toContain('trained on 2 records');
    expect(await refusal(2, 'calibrate', 'beat', '--data', at())).toContain("'--out <file>' not specified");
  });
});
