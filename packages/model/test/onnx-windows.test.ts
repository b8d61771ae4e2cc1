import type { Device } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUSION_CHECK } from '../src/fusion/fusion-check.js';
import type { BeatInputs } from '../src/inference/beat-classifier.js';
import { requireKind } from '../src/model-file/model-file.js';
import { type SequenceModel, withoutRelativeStage } from '../src/model-file/sequence-model.js';
import { loadModel } from '../src/node/models.js';
import { exportWindows } from '../src/onnx/export-model.js';
import { classifyExported } from '../src/onnx/exported-windows.js';
import { leadCount } from '../src/preprocess/contract.js';
import { RECORD_MEDIAN } from '../src/record/median.js';
import { openClassifier } from '../src/record-classifier.js';
import { beatsOf, error, smallModel } from './small-sequence-model.js';

describe('a sequence model as an ONNX file of windows', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'wasm' });
  });
  afterAll(() => device.close());

  async function both(model: SequenceModel, beats: BeatInputs) {
    const session = await InferenceSession.create(await exportWindows(device, model));
    const names = [...session.inputNames];
    const classifier = await openClassifier(device, model);
    try {
      const found = await classifyExported(model, beats, async (feeds) => {
        const tensors = Object.entries(feeds).map(([name, { data, dims }]) => [
          name,
          new Tensor('float32', data, dims),
        ]);
        const { logits, fibrillation } = await session.run(Object.fromEntries(tensors));
        return { logits: logits!.data as Float32Array, fibrillation: fibrillation!.data as Float32Array };
      });
      return { names, found, wanted: await classifier.predict({ ...beats, stretch: true }) };
    } finally {
      classifier.release();
      await session.release();
    }
  }

  it.each([
    { leads: 1, members: 1 },
    { leads: 1, members: 2 },
    { leads: 2, members: 1 },
    { leads: 2, members: 2 },
  ] as const)('of $leads leads and $members members gives what it gives here, on real beats', async (of) => {
    const model = smallModel(of.leads, of.members);
    // 50 beats: overlapping windows, and a last one that does not start where a half window does. 5: less than one.
    for (const count of [50, 5]) {
      const { names, found, wanted } = await both(model, await beatsOf(model.contract, count));
      expect(names.sort()).toEqual(of.leads === 1 ? ['rhythm', 'window'] : ['present', 'rhythm', 'second', 'window']);
      expect(error(found.logits, wanted.logits)).toBeLessThan(1e-5);
      expect(error(found.probabilities, wanted.probabilities)).toBeLessThan(1e-5);
    }
  });

  it('leaves the relative stage and the check of fusion beats out, and says so', async () => {
    const model = smallModel(2, 2, { ...RECORD_MEDIAN, fewestBeats: 20 });
    const each = { ...model.calibration!, plain: { temperature: 1.25, eceBefore: 0, eceAfter: 0 } };
    const calibrated = { ...model, calibration: each };
    const beats = await beatsOf(model.contract, 20);
    const { found, wanted } = await both(calibrated, beats);
    expect(error(found.logits, wanted.logits)).toBeLessThan(1e-5);
    expect(error(found.probabilities, wanted.probabilities)).toBeLessThan(1e-5);
    const [file, plain] = [await exportWindows(device, calibrated), await exportWindows(device, smallModel(2, 2))];
    expect(Buffer.from(file).includes('is not in this file')).toBe(true);
    expect(Buffer.from(file).includes('"temperature":1.25')).toBe(true);
    expect(Buffer.from(plain).includes('ecgpu.stage')).toBe(false);
    expect(Buffer.from(plain).includes('ecgpu.fusion')).toBe(false);
    const checked = await exportWindows(device, { ...smallModel(2, 1), fusion: FUSION_CHECK });
    expect(Buffer.from(checked).includes("the check of a whole record's fusion beats")).toBe(true);
    // No weights of another network.
    expect(Math.abs(file.length - plain.length)).toBeLessThan(500);
  });

  it('looks at every member and at the second lead', async () => {
    const model = smallModel(2, 2);
    const beats = await beatsOf(model.contract, 20);
    const { second: _, ...alone } = beats;
    const { found } = await both(model, beats);
    const oneLead = await both(model, alone);
    expect(error(oneLead.found.logits, oneLead.wanted.logits)).toBeLessThan(1e-5);
    expect(error(oneLead.found.logits, found.logits)).toBeGreaterThan(1e-3);
    const oneMember = await both(smallModel(2, 1), beats);
    expect(error(oneMember.found.logits, found.logits)).toBeGreaterThan(1e-3);
  });

  it('as shipped gives what it gives here, on real beats, and holds its weights once', async () => {
    const model = requireKind(await loadModel('sequence'), 'sequence', 'sequence');
    expect([model.members, leadCount(model.contract)]).toEqual([3, 2]);
    const { found, wanted } = await both(model, await beatsOf(model.contract, 140));
    expect(error(found.logits, wanted.logits)).toBeLessThan(1e-5);
    expect(error(found.probabilities, wanted.probabilities)).toBeLessThan(1e-5);
    const weights = [...withoutRelativeStage(model).values.values()].reduce(
      (sum, { values }) => sum + values.byteLength,
      0,
    );
    expect((await exportWindows(device, model)).length).toBeLessThan(1.1 * weights);
  });
});
