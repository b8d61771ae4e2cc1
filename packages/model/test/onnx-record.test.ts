import type { Device } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutFusionCheck } from '../src/fusion/without-fusion-check.js';
import type { BeatInputs } from '../src/inference/beat-classifier.js';
import { mostLikely } from '../src/logits/most-likely.js';
import { requireKind } from '../src/model-file/model-file.js';
import type { SequenceModel } from '../src/model-file/sequence-model.js';
import { loadModel } from '../src/node/models.js';
import { exportModel } from '../src/onnx/export-model.js';
import { recordFeeds } from '../src/onnx/record-feeds.js';
import { RECORD_MEDIAN, type RelativeStage } from '../src/record/median.js';
import { SELF_TRAINING } from '../src/record/self-training.js';
import { openClassifier } from '../src/record-classifier.js';
import { beatsOf, error, smallModel } from './small-sequence-model.js';

/** The first beats of a record alone. */
function firstBeats({ count, windows, features, second }: BeatInputs, wanted: number): BeatInputs {
  const part = <T extends Float32Array | Uint8Array>(rows: T) => rows.slice(0, (rows.length / count) * wanted) as T;
  return {
    count: wanted,
    windows: part(windows),
    features: part(features),
    ...(second ? { second: { windows: part(second.windows), present: part(second.present) } } : {}),
  };
}

describe('a sequence model as an ONNX file of a whole record', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'wasm', threads: 1 });
  });
  afterAll(() => device.close());

  /** Says which stage called each record, after everything was found equal. */
  async function agreeOn(
    model: SequenceModel,
    records: readonly BeatInputs[],
    file?: Uint8Array,
  ): Promise<(string | undefined)[]> {
    const session = await InferenceSession.create(file ?? (await exportModel(device, model)), { intraOpNumThreads: 1 });
    const classifier = await openClassifier(device, withoutFusionCheck(model));
    const stages: (string | undefined)[] = [];
    try {
      for (const beats of records) {
        const feeds = Object.entries(recordFeeds(model, beats)).map(([name, { data, dims }]) => [
          name,
          new Tensor('float32', data, dims),
        ]);
        const found = await session.run(Object.fromEntries(feeds));
        const wanted = await classifier.predict(beats);
        expect(error(found['logits']!.data as Float32Array, wanted.logits)).toBeLessThan(1e-5);
        expect(error(found['probabilities']!.data as Float32Array, wanted.probabilities)).toBeLessThan(1e-5);
        const called = Array.from({ length: beats.count }, (_, beat) =>
          BigInt(mostLikely(wanted.logits.subarray(4 * beat, 4 * beat + 4))),
        );
        expect([...(found['class']!.data as BigInt64Array)]).toEqual(called);
        if (model.relative) expect(found['relative']!.data[0]).toBe(wanted.stage === 'relative' ? 1 : 0);
        else expect(found).not.toHaveProperty('relative');
        stages.push(wanted.stage);
      }
    } finally {
      classifier.release();
      await session.release();
    }
    return stages;
  }

  it.each([
    { leads: 1, members: 1 },
    { leads: 2, members: 2 },
  ] as const)('of $leads leads and $members members gives what it gives here, on any number of beats', async (of) => {
    const model = smallModel(of.leads, of.members);
    const beats = await beatsOf(model.contract, 50);
    // Windows are of 16 beats, every 8.
    const counts = [1, 5, 15, 16, 17, 23, 24, 25, 31, 32, 33, 50];
    const records = counts.map((count) => firstBeats(beats, count));
    expect(await agreeOn(model, records)).toEqual(counts.map(() => 'plain'));
  });

  it('takes the stage that is for the record', async () => {
    const calibration = {
      ...smallModel(2, 2).calibration!,
      plain: { temperature: 1.25, eceBefore: 0, eceAfter: 0 },
    };
    const of = (relative: RelativeStage): SequenceModel => ({ ...smallModel(2, 2, relative), calibration });
    const beats = await beatsOf(smallModel(2, 2).contract, 41);
    const { second: _, ...alone } = beats;
    const heardAt = (heard: number): BeatInputs => ({
      ...beats,
      second: { ...beats.second!, present: beats.second!.present.map((_, beat) => (beat < heard ? 1 : 0)) },
    });
    // Which class is called how often by weights that nobody trained does not matter, unless a limit is on it.
    const always = { ...RECORD_MEDIAN, fewestBeats: 20, mostOfClass: { class: 1, share: 1 } };
    const records = [beats, firstBeats(beats, 40), firstBeats(beats, 20), firstBeats(beats, 19), alone];
    expect(await agreeOn(of(always), records)).toEqual(['relative', 'relative', 'relative', 'plain', 'plain']);
    expect(await agreeOn(of(always), [heardAt(0), heardAt(20), heardAt(21)])).toEqual(['plain', 'plain', 'relative']);

    const plain = await openClassifier(device, smallModel(2, 2));
    const { logits } = await plain.predict(beats);
    plain.release();
    const called = Array.from({ length: 41 }, (_, beat) => mostLikely(logits.subarray(4 * beat, 4 * beat + 4)));
    const common = called[0]!;
    const times = called.filter((index) => index === common).length;
    const upTo = (share: number) => of({ ...always, mostOfClass: { class: common, share } });
    expect(await agreeOn(upTo(times / 41), [beats])).toEqual(['relative']);
    expect(await agreeOn(upTo((times - 0.5) / 41), [beats])).toEqual(['plain']);
  });

  it('as shipped gives what it gives here, on real beats, and holds its weights once', async () => {
    const model = requireKind(await loadModel('sequence'), 'sequence', 'sequence');
    const beats = await beatsOf(model.contract, 301);
    const records = [beats, firstBeats(beats, 100)];
    const file = await exportModel(device, model);
    expect(await agreeOn(model, records, file)).toEqual(['relative', 'plain']);
    const weights = [...model.values.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
    expect(file.length).toBeLessThan(1.1 * weights);
  });

  it('learns from its own calls what the model learns from them here', async () => {
    const { selfTraining: _, ...taught } = requireKind(await loadModel('sequence'), 'sequence', 'sequence');
    const beats = await beatsOf(taught.contract, 420);
    const self = { ...taught, selfTraining: SELF_TRAINING };
    expect(await agreeOn(self, [beats, firstBeats(beats, 299)])).toEqual(['relative', 'plain']);
    // Where no call is sure enough there is nothing to learn from.
    const unsure = { ...SELF_TRAINING, confidence: 1 };
    expect(await agreeOn({ ...self, selfTraining: unsure }, [beats])).toEqual(['relative']);
    const [without, trained] = await Promise.all(
      [taught, self].map(async (model) => {
        const classifier = await openClassifier(device, model);
        const { logits } = await classifier.predict(beats);
        classifier.release();
        return logits;
      }),
    );
    expect(error(trained!, without!)).toBeGreaterThan(1e-3);
  });
});
