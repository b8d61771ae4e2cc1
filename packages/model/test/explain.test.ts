import { fileURLToPath } from 'node:url';
import { readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { type Device, f32, gradientsOf, initialise, Parameters, RandomGenerator, slice, sum } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotatedBeats } from '../src/data/annotated-beats.js';
import { type ExplainedBeats, explainedBeats } from '../src/explain/baseline.js';
import { openExplainer } from '../src/explain/explainer.js';
import type { Explanation } from '../src/explain/explanation.js';
import { randomisationCheck, rankCorrelation } from '../src/explain/randomisation.js';
import { BeatClassifier } from '../src/inference/beat-classifier.js';
import { requireKind } from '../src/model-file/model-file.js';
import { joinValues, separateValues } from '../src/model-file/sequence-model.js';
import { BEAT_NETWORK, beatNetwork, beatNetworkParameters } from '../src/network/beat-network.js';
import { sequenceNetworkParameters } from '../src/network/sequence-network.js';
import { type LoadedModel, loadModel } from '../src/node/models.js';
import { type InputContract, withoutSecondLead } from '../src/preprocess/contract.js';
import { prepareRecord } from '../src/preprocess/record-beats.js';
import { RECORD_MEDIAN } from '../src/record/median.js';
import { openClassifier } from '../src/record-classifier.js';

const source = folderSource(fileURLToPath(new URL('../../../data/mitdb-samples', import.meta.url)));

/** The start of a sample record. */
async function beatsOf(name: string, contract: InputContract, seconds = 120): Promise<ExplainedBeats> {
  const record = await readRecord(source, name, { from: 0, to: seconds * 360 });
  const { annotations } = await readAnnotations(source, name, 'atr', { fs: 360 });
  const inside = annotations.filter(({ sample }) => sample < record.length);
  const { samples } = annotatedBeats(inside, contract.mapping, record.length, name);
  return explainedBeats(prepareRecord(record, samples, contract), contract);
}

const sumOf = (values: ArrayLike<number> = []) => Array.from(values).reduce((sum, x) => sum + x, 0);
const total = ({ waveform, second, rhythm, neighbours }: Explanation) =>
  sumOf(waveform) +
  sumOf(second?.waveform) +
  sumOf(rhythm) +
  sumOf(neighbours.map((other) => other.waveform + (other.second ?? 0) + other.rhythm));

describe('explanations of real beats', () => {
  const devices: Record<string, Device> = {};
  let model: LoadedModel;
  beforeAll(async () => {
    for (const kind of ['cpu', 'wasm'] as const) devices[kind] = await openDevice({ kind });
    model = await loadModel('beat');
  });
  afterAll(() => {
    for (const device of Object.values(devices)) device.close();
  });

  it.each([
    ['wasm', '100', 40],
    ['wasm', '233', 40],
    ['cpu', '233', 1],
  ] as const)('add up to the logit difference within 1 %% (%s, record %s)', async (kind, name, count) => {
    const beats = await beatsOf(name, model.contract);
    const device = devices[kind]!;
    const explainer = await openExplainer(device, model);
    const questions = Array.from({ length: count }, (_, k) => ({ beat: 3 * k, class: k % 4 }));
    const found = await explainer.explain(beats, questions);
    for (const one of found) {
      const difference = one.logit - one.baselineLogit;
      expect(Math.abs(total(one) - difference)).toBeLessThan(0.01 * Math.max(0.01, Math.abs(difference)));
      expect(one.attention.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5);
      expect(one.attention).toHaveLength(20);
    }
    explainer.release();
  });

  it("are of the classifier's own logits and attention", async () => {
    const beats = await beatsOf('100', model.contract);
    const device = devices['wasm']!;
    const [explainer, classifier] = [
      await openExplainer(device, model),
      await BeatClassifier.create(device, model.values, requireKind(model, 'beat', 'beat').shape),
    ];
    const { logits, attention } = await classifier.predict(beats);
    for (const one of await explainer.explain(beats, [
      { beat: 7, class: 1 },
      { beat: 8, class: 0 },
    ])) {
      expect(one.logit).toBeCloseTo(logits[one.beat * 4 + one.class]!, 4);
      for (const [k, weight] of one.attention.entries()) expect(weight).toBeCloseTo(attention[one.beat * 20 + k]!, 5);
    }
    explainer.release();
    classifier.release();
  });

  it.each([2, 1])(
    'of the sequence model add up through both stages, from all beats of the windows, by %d leads',
    async (leads) => {
      const sequence = await loadModel('sequence');
      const contract = leads === 2 ? sequence.contract : withoutSecondLead(sequence.contract);
      // Fewer beats than a window has, so that it is prolonged by the last one.
      const beats = await beatsOf('100', contract, 20);
      const device = devices['wasm']!;
      const [explainer, classifier] = [await openExplainer(device, sequence), await openClassifier(device, sequence)];
      const { logits } = await classifier.predict(beats);
      // A beat that is S, the class that the output rule moves.
      const question = { beat: 7, class: 1 };
      const [one] = await explainer.explain(beats, [question]);
      const difference = one!.logit - one!.baselineLogit;
      expect(Math.abs(total(one!) - difference)).toBeLessThan(0.01 * Math.abs(difference));
      expect(Math.abs(one!.logit - logits[question.beat * 4 + question.class]!)).toBeLessThan(1e-4);
      expect(sumOf(one!.attention)).toBeCloseTo(1, 5);
      const others = Array.from({ length: beats.count }, (_, beat) => beat).filter((beat) => beat !== question.beat);
      expect(one!.neighbours.map(({ beat }) => beat)).toEqual(others);
      expect(one!.second === undefined).toBe(leads === 1);
      if (one!.second) {
        expect(sumOf(one!.second.attention)).toBeCloseTo(1, 5);
        // Without it the sum would not hold.
        expect(Math.abs(sumOf(one!.second.waveform))).toBeGreaterThan(0.05 * Math.abs(difference));
      }
      explainer.release();
      classifier.release();
    },
  );

  it('of whole records of two leads are of the relative stage, with what is usual in the record as a constant', async () => {
    const shipped = requireKind(await loadModel('sequence'), 'sequence', 'sequence');
    const beats = await beatsOf('100', shipped.contract, 20);
    // Other weights, so that the stages cannot be taken for each other.
    const stage = initialise(sequenceNetworkParameters(shipped.shape), 3);
    const sequence = {
      ...{ ...shipped, members: 2 },
      relative: { ...RECORD_MEDIAN, fewestBeats: beats.count, mostOfClass: { class: 1, share: 1 } },
      values: new Map(
        [0, 1].flatMap((member) => {
          const own = separateValues(shipped.values, member);
          return [...joinValues(own.encoder, own.sequence, member, stage)];
        }),
      ),
    };
    const device = devices['wasm']!;
    const [explainer, classifier] = [await openExplainer(device, sequence), await openClassifier(device, sequence)];
    const question = { beat: 7, class: 1 };
    const at = question.beat * 4 + question.class;
    const [whole, { second: _, ...oneLead }] = [await classifier.predict(beats), beats];
    for (const [asked, called, stage] of [
      [beats, whole.logits, 'relative'],
      [oneLead, (await classifier.predict(oneLead)).logits, 'plain'],
    ] as const) {
      const [one] = await explainer.explain({ ...asked, stage }, [question]);
      const difference = one!.logit - one!.baselineLogit;
      expect(Math.abs(total(one!) - difference)).toBeLessThan(0.01 * Math.max(0.01, Math.abs(difference)));
      expect(Math.abs(one!.logit - called[at]!)).toBeLessThan(1e-4);
    }
    const plain = await classifier.predict({ ...beats, stretch: true });
    expect(Math.abs(plain.logits[at]! - whole.logits[at]!)).toBeGreaterThan(0.01);
    explainer.release();
    classifier.release();
  });

  it('say nothing of a second lead that is not there, for one beat or for all', async () => {
    const device = devices['wasm']!;
    const sequence = { ...(await loadModel('sequence')), members: 1 };
    const explainer = await openExplainer(device, sequence);
    const beats = await beatsOf('100', sequence.contract, 20);
    const explain = async (present: Uint8Array) => {
      const [one] = await explainer.explain({ ...beats, second: { ...beats.second!, present } }, [
        { beat: 3, class: 0 },
      ]);
      return one!;
    };
    const there = new Uint8Array(beats.count).fill(1);
    const some = await explain(there.map((_, beat) => (beat === 3 || beat === 4 ? 0 : 1)));
    expect(some.second).toBeUndefined();
    expect(some.neighbours.find(({ beat }) => beat === 4)!.second).toBe(0);
    expect(some.neighbours.find(({ beat }) => beat === 5)!.second).not.toBe(0);
    const { second: _, ...alone } = beats;
    const [ofOne] = await explainer.explain(alone, [{ beat: 3, class: 0 }]);
    expect(await explain(there.fill(0))).toEqual(ofOne);
    explainer.release();
  });

  it('are of what was learned: with random weights they are others', async () => {
    const beats = await beatsOf('233', model.contract);
    const questions = Array.from({ length: 20 }, (_, k) => ({ beat: 5 * k, class: 2 }));
    const check = await randomisationCheck(devices['wasm']!, model, beats, questions);
    expect(Math.abs(check.signed)).toBeLessThan(0.4);
    expect(check.sizes).toBeLessThan(0.9);
  });

  it('are of what was learned in the second lead too', async () => {
    const sequence = { ...(await loadModel('sequence')), members: 1 };
    const beats = await beatsOf('233', sequence.contract, 20);
    const questions = Array.from({ length: 2 }, (_, k) => ({ beat: 5 * k, class: 2 }));
    const { signed, second } = await randomisationCheck(devices['wasm']!, sequence, beats, questions);
    for (const check of [signed, second!.signed]) expect(Math.abs(check)).toBeLessThan(0.4);
    expect(second!.sizes).toBeLessThan(0.9);
  });

  it('refuses beats and classes that are not there, and sums that do not converge', async () => {
    const beats = await beatsOf('100', model.contract);
    const explainer = await openExplainer(devices['wasm']!, model);
    await expect(explainer.explain(beats, [{ beat: beats.count, class: 0 }])).rejects.toThrow(
      expect.objectContaining({ code: 'NO_SUCH_BEAT' }),
    );
    await expect(explainer.explain(beats, [{ beat: 0, class: 4 }])).rejects.toThrow(
      expect.objectContaining({ code: 'NO_SUCH_CLASS' }),
    );
    await expect(
      explainer.explain(beats, [{ beat: 0, class: 0 }], { mostPoints: 17, tolerance: 1e-7 }),
    ).rejects.toThrow(expect.objectContaining({ code: 'ATTRIBUTION_INCOMPLETE' }));
    explainer.release();
  });
});

describe('gradients by the inputs', () => {
  it('of a beat network are those of finite differences', async () => {
    const device = await openDevice({ kind: 'cpu' });
    const shape = {
      ...BEAT_NETWORK,
      samples: 16,
      features: 3,
      filters: [3, 4, 4, 4],
      hidden: 3,
      attention: 3,
      dense: 4,
    } as const;
    const parameters = new Parameters(device, initialise(beatNetworkParameters(shape), 3));
    const program = await device.compile({ window: f32(1, 2, 16), rhythm: f32(1, 3) }, ({ window, rhythm }) => {
      const logit = sum(slice(beatNetwork(parameters, { window, rhythm }, shape, 'inference').logits, 1, 1, 2));
      const [byWindow, byRhythm] = gradientsOf(logit, [window, rhythm]);
      return { logit, byWindow: byWindow!, byRhythm: byRhythm! };
    });
    const random = new RandomGenerator(5);
    const point = Float32Array.from({ length: 35 }, () => random.uniform(-2, 2));
    const run = (x: Float32Array) => program.run({ window: x.subarray(0, 32), rhythm: x.subarray(32) });
    run(point);
    const gradient = [...(await program.read('byWindow')), ...(await program.read('byRhythm'))];
    expect(gradient.filter((x) => x !== 0).length).toBeGreaterThan(30);
    const step = 1e-3;
    for (const i of point.keys()) {
      const at = async (moved: number) => {
        const x = point.slice();
        x[i]! += moved;
        run(x);
        return program.readScalar('logit');
      };
      const slope = ((await at(step)) - (await at(-step))) / (2 * step);
      // Logits are f32, so a slope is known to 2^-24 / step; a kink of ReLU or a pooling may lie between.
      expect(Math.abs(slope - gradient[i]!), `input ${i}`).toBeLessThan(3e-4);
    }
    program.release();
    device.close();
  });
});

describe('rankCorrelation', () => {
  it('is Spearman’s, with mean ranks for equal values', () => {
    expect(rankCorrelation([1, 2, 3, 4], [10, 20, 30, 1000])).toBeCloseTo(1, 12);
    expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
    // scipy.stats.spearmanr([1, 2, 2, 3], [1, 3, 2, 4]) = 0.9486832980505138
    expect(rankCorrelation([1, 2, 2, 3], [1, 3, 2, 4])).toBeCloseTo(0.9486832980505138, 12);
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
  });
});
