import { readFile, writeFile } from 'node:fs/promises';
import type { Evaluation } from '@ecgpu/model';
import { beforeAll, describe, expect, it } from 'vitest';
import { ecgpu, ecgpuJson, refusal } from '../../test/run-ecgpu.js';
import { excerpt } from '../../test/sample-records.js';
import { filesIn, temporaryFolder } from '../../test/temporary-folder.js';

const at = temporaryFolder();
beforeAll(async () => {
  await excerpt(at('data'), '100', 60);
  await excerpt(at('data'), '233', 60);
  await excerpt(at('without-s'), '100', 60);
  await excerpt(at('without-s'), '233', 60, 25);
});
const evaluate = (protocol: string, ...more: string[]) => evaluateIn('data', protocol, ...more);
const evaluateIn = (data: string, protocol: string, ...more: string[]) => [
  ...['evaluate', '--protocol', protocol, '--data', at(data), '--records', '100,233', '--device', 'wasm'],
  ...['--epochs', '1', ...more],
];

interface Document {
  readonly statement: string;
  readonly evaluation: Evaluation;
  readonly averages: readonly { readonly classes: readonly string[]; readonly macro: number }[];
}

describe('ecgpu evaluate, with protocols that train', () => {
  it('tests every beat of random folds once, says that this leaks, and goes on from what it kept', async () => {
    const intra = evaluate('intra-patient', '--folds', '2', '--out', at('intra'));
    const interrupted = await ecgpu(intra, (label, done) => {
      if (label === 'beats' && done > 0 && stopping()) throw new Error('the machine went down');
    });
    expect(interrupted.exit).toBe(1);
    expect(await filesIn(at('intra'))).toContain('fold-1-of-2.json');
    const resumed = await ecgpu([...intra, '--json']);
    expect(resumed.err).toContain('fold-1-of-2: done before\n');
    expect(resumed.err).toContain('going on after epoch 1\n');
    const document = JSON.parse(resumed.out) as Document;
    expect(document).toMatchObject({ protocol: 'intra-patient', seed: 0, notForClinicalUse: true });
    expect(document.statement).toContain('LEAKING');
    expect(document.averages.map(({ classes }) => classes.join(''))).toEqual(['NSVFQ', 'NSVF']);
    // What the cardiologists marked in these two minutes.
    const { N, S, V } = document.evaluation.classes;
    expect([N, S, V].map(({ support }) => support)).toEqual([145, 3, 30]);

    const whole = await ecgpuJson<Document>(...evaluate('intra-patient', '--folds', '2'));
    expect(whole.evaluation).toEqual(document.evaluation);

    expect(await refusal(1, ...intra, '--seed', '1')).toContain('made with other options');
    for (const damaged of ['{"key":', '{"key":"","records":[null]}']) {
      await writeFile(at('intra', 'fold-1-of-2.json'), damaged);
      expect(await refusal(1, ...intra)).toContain('is no result of this command');
    }
  });

  it("tests the end of each record on a model that has learned from everybody's beginning", async () => {
    const { exit, out } = await ecgpu(evaluate('subject-specific', '--out', at('subject')));
    expect(exit).toBe(0);
    expect(out).toMatch(/^Subject-specific: .*first 80 %/);
    expect(out).toContain('average F1 over');
    expect(out).toMatch(/not for clinical use\.\n$/);
    const { records } = JSON.parse(await readFile(at('subject', 'later-beats.json'), 'utf8')) as {
      records: { reference: string }[];
    };
    // The last 12 of 60 seconds.
    expect(records.map(({ reference }) => reference.length)).toEqual([15, 21]);
  });

  it('fine-tunes a sequence model on the beginning of each record that is long enough', async () => {
    const subject = evaluateIn(
      'without-s',
      'subject-specific',
      '--model',
      'sequence',
      '--out',
      at('sequence'),
      '--json',
    );
    const first = await ecgpu(subject);
    const document = JSON.parse(first.out) as Document;
    // 233, of the second group, shows no S here, and 100 is too short for anybody to learn from.
    expect(first.err).toContain('later-beats: no other patients to learn from for group 2\n');
    expect(document.statement).toContain('then fine-tuned on each patient');
    expect(document.evaluation.records.map(({ overall }) => overall.beats)).toEqual([15, 22]);
    // N and V of record 233 look so different that a step or two tell them apart.
    expect(document.evaluation.records[1]!.overall.accuracy).toBeGreaterThan(0.6);
    const again = await ecgpu(subject);
    expect(again.err).toContain('later-beats: done before\n');
    expect((JSON.parse(again.out) as Document).evaluation).toEqual(document.evaluation);
  });

  it('trains no other kind of model', async () => {
    expect(await refusal(2, ...evaluate('intra-patient', '--model', 'sequence'))).toContain('Give --model beat');
  });
});

/** True the second time it is asked: in the second fold's test. */
let asked = 0;
function stopping(): boolean {
  asked++;
  return asked > 2;
}
