import { expect, it } from 'vitest';
import { syntheticSet } from '../data/synthetic-set.fixture.js';
import { BEAT_CONTRACT, withSecondLead } from '../preprocess/contract.js';
import type { ExplainedBeats } from './baseline.js';
import { classAverages } from './class-averages.js';
import type { Explanation, Question } from './explanation.js';

const first = syntheticSet([{ N: 6 }, { N: 3, V: 2 }]);
const second = { ...first, beats: first.beats.map((x) => 10 * x), templates: first.templates.map((x) => x + 5) };
const set = { ...first, contract: withSecondLead(BEAT_CONTRACT), second };
/** The first beat of each record is absent in the second lead. */
const seen = ({ beat }: Question) => beat > 0;

const classifier = {
  // All beats are called N, so the V beats are wrong.
  predict: async ({ count }: { count: number }) => ({
    probabilities: new Float32Array(4 * count),
    logits: Float32Array.from({ length: 4 * count }, (_, i) => (i % 4 === 0 ? 1 : 0)),
  }),
  release: () => {},
};
const asked: ExplainedBeats[] = [];
const explainer = {
  explain: async (beats: ExplainedBeats, questions: readonly Question[]) => {
    asked.push(beats);
    return questions.map((question): Explanation => {
      const of = (value: number) => ({
        waveform: new Float32Array(160).fill(value),
        attention: new Float32Array(20).fill(1 / 20),
      });
      return {
        ...{ ...question, logit: 1, baselineLogit: 0, residual: 0, points: 17, neighbours: [] },
        ...{ ...of(question.beat), rhythm: new Float32Array(15).fill(2) },
        ...(seen(question) ? { second: of(100 * question.beat) } : {}),
      };
    });
  },
  release: () => {},
};

it('averages each lead over the beats that were seen in it, against its own typical beat', async () => {
  const averages = await classAverages(set, classifier, explainer, { perRecord: 3 });
  expect(averages.map(({ label }) => label)).toEqual(['N']);
  const [average] = averages;
  // Of the first record beats 0, 2 and 4; of the second 0, 1 and 2.
  expect([average!.beats, average!.records, average!.second!.beats]).toEqual([6, 2, 4]);
  expect(average!.waveform[7]).toBeCloseTo((0 + 2 + 4 + 0 + 1 + 2) / 6, 6);
  expect(average!.second!.waveform[7]).toBeCloseTo((100 * (2 + 4 + 1 + 2)) / 4, 4);
  expect(average!.rhythm[3]).toBe(2);
  const { margin } = set;
  const templates = [0, 1].map((record) => first.templates[record * (160 + 2 * margin) + margin + 80]!);
  expect(average!.typical[80]).toBeCloseTo((templates[0]! + templates[1]!) / 2, 5);
  expect(average!.second!.typical[80]).toBeCloseTo((templates[0]! + templates[1]!) / 2 + 5, 5);
  for (const { reference, second: other } of asked) expect(other!.reference[80]! - reference[80]!).toBeCloseTo(5, 5);
});
