import { readdir, readFile } from 'node:fs/promises';
import { addConfusions } from '@ecgpu/ecg-dsp/ec57';
import { type Evaluation, fileHash } from '@ecgpu/model';
import { describe, expect, it } from 'vitest';
import { averageF1 } from '../src/protocols/average-f1.js';
import { PACED } from '../src/protocols/intra-patient.js';

const root = new URL('../../../', import.meta.url);
const folder = new URL('docs/evaluations/', root);
const text = (path: string) => readFile(new URL(path, root), 'utf8');

interface Summary {
  readonly without: readonly string[];
  readonly f1: Readonly<Record<string, Readonly<Record<'mean' | 'least' | 'most' | 'low' | 'high', number>>>>;
}

interface Document {
  readonly model: { readonly hash: string };
  readonly evaluation: Evaluation;
  readonly before: Evaluation;
  readonly summaries: readonly Summary[];
  readonly summariesBefore: readonly Summary[];
}

const document = async (name: string) =>
  JSON.parse(await readFile(new URL(`${name}.evaluation.json`, folder), 'utf8')) as Document;
const percent = (fraction: number) => (100 * fraction).toFixed(1);
const CLASSES = ['N', 'S', 'V', 'F'] as const;
const COLUMNS = [...CLASSES, 'macro'];

describe('the committed evaluations', () => {
  it('each have the beats of their records, and no others', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const { evaluation } = await document(file.replace('.evaluation.json', ''));
      expect(evaluation.matrix).toEqual(addConfusions(evaluation.records.map(({ matrix }) => matrix)));
    }
  });

  it.each(['beat', 'sequence'])('of the shipped %s model are those of its card', async (name) => {
    const card = await text('packages/model/pretrained/MODEL_CARD.md');
    const { model, evaluation, summaries } = JSON.parse(
      await text(`packages/model/pretrained/${name}.evaluation.json`),
    ) as Document;
    const shipped = await readFile(new URL(`packages/model/pretrained/${name}.safetensors`, root));
    expect(model.hash).toBe(await fileHash(shipped));
    const f1 = [...CLASSES.map((label) => evaluation.classes[label].f1!), evaluation.overall.macroF1!].map(percent);
    const row = card.split('\n').find((line) => line.startsWith(`| \`${name}\` | ${f1[0]}`))!;
    // With the intervals over patients or without.
    const intervals = COLUMNS.map((column) => summaries[0]!.f1[column]!).map(
      ({ low, high }) => ` [${percent(low)}, ${percent(high)}]`,
    );
    const cells = f1.map((figure, at) => (row.includes('[') ? figure + intervals[at] : figure)).join(' | ');
    expect(row).toBe(`| \`${name}\` | ${cells} |`);
    if (name === 'sequence') expect(await text('README.md')).toContain(`| shown two leads | ${f1.join(' | ')} |`);
  });

  it('of three trainings of the shipped recipe are those of the card and of docs/experiments.md', async () => {
    const { model, summaries } = await document('sequence-seeds');
    const shipped = await readFile(new URL('packages/model/pretrained/sequence.safetensors', root));
    expect(model.hash).toBe(await fileHash(shipped));
    const row = (without: string) =>
      COLUMNS.map((column) => summaries.find((each) => each.without.join() === without)!.f1[column]!)
        .map(({ mean, least, most }) => `${percent(mean)} (${percent(least)}-${percent(most)})`)
        .join(' | ');
    const card = await text('packages/model/pretrained/MODEL_CARD.md');
    expect(card).toContain(`6 to 8: mean (range) | ${row('')} |`);
    expect(card).toContain(`| the same, without record 232 | ${row('232')} |`);
    expect(await text('docs/experiments.md')).toContain(`6 to 8, mean (range) | ${row('')} |`);
  });

  it('of known patients are those of docs/experiments.md', async () => {
    const experiments = await text('docs/experiments.md');
    for (const name of ['intra-patient', 'subject-specific', 'subject-specific-sequence']) {
      const { evaluation } = await document(name);
      const five = averageF1(evaluation, [...CLASSES, 'Q']);
      const four = averageF1(evaluation, CLASSES, PACED);
      const figures = [...[...CLASSES, 'Q' as const].map((label) => evaluation.classes[label].f1)];
      const cells = [...figures, five.macro, five.weighted, four.macro].map((x) => percent(x!)).join(' | ');
      expect(experiments, name).toContain(`| ${cells} |`);
    }
  });

  it('of the shipped model adapted to patients are those of its card', async () => {
    const card = await text('packages/model/pretrained/MODEL_CARD.md');
    const shipped = await readFile(new URL('packages/model/pretrained/sequence.safetensors', root));
    const runs = await Promise.all([0, 1, 2].map((seed) => document(`patient-specific-sequence-seed-${seed}`)));
    expect(new Set(runs.map(({ model }) => model.hash))).toEqual(new Set([await fileHash(shipped)]));
    const row = (summariesOf: (run: Document) => readonly Summary[], without: readonly string[]) =>
      COLUMNS.map((column) => {
        const values = runs.map(
          (run) => summariesOf(run).find((each) => each.without.join() === without.join())!.f1[column]!.mean,
        );
        const mean = percent(values.reduce((sum, x) => sum + x, 0) / values.length);
        const [least, most] = [percent(Math.min(...values)), percent(Math.max(...values))];
        return least === most ? mean : `${mean} (${least}-${most})`;
      }).join(' | ');
    expect(card).toContain(`| \`sequence\` as it is | ${row((run) => run.summariesBefore, [])} |`);
    expect(card).toContain(`| adapted | ${row((run) => run.summaries, [])} |`);
    expect(card).toContain(`| adapted, without 202 | ${row((run) => run.summaries, ['202'])} |`);
    expect(card).toContain(`| adapted, without 232 | ${row((run) => run.summaries, ['232'])} |`);
    expect(card).toContain(`| adapted, without both | ${row((run) => run.summaries, ['202', '232'])} |`);
    const interval = COLUMNS.map((column) => runs[0]!.summaries[0]!.f1[column]!);
    const cells = interval.map(({ low, high }) => `${percent(low)}-${percent(high)}`).join(' | ');
    expect(card).toContain(`| adapted, 95 % over patients | ${cells} |`);
  });
});
