import { openDevice } from '@ecgpu/engine/node';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { requireKind } from '../src/model-file/model-file.js';
import { loadModel } from '../src/node/models.js';
import { exportModel } from '../src/onnx/export-model.js';
import { openClassifier } from '../src/record-classifier.js';
import { realBeats } from './real-beats.js';

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}

describe('a shipped model as an ONNX file', () => {
  it('beat: gives in ONNX Runtime what it gives here, on real beats', async () => {
    const device = await openDevice({ kind: 'wasm' });
    const model = requireKind(await loadModel('beat'), 'beat', 'beat');
    const { count, windows, features } = await realBeats(model.contract, 128);
    const session = await InferenceSession.create(await exportModel(device, model));
    const found = await session.run({
      window: new Tensor('float32', windows, [count, model.shape.channels, model.shape.samples]),
      rhythm: new Tensor('float32', features, [count, model.shape.features]),
    });
    const classifier = await openClassifier(device, { ...model });
    const { logits, probabilities } = await classifier.predict({ count, windows, features });
    expect(
      new Set(
        Array.from({ length: count }, (_, b) =>
          logits.subarray(4 * b, 4 * b + 4).indexOf(Math.max(...logits.subarray(4 * b, 4 * b + 4))),
        ),
      ).size,
    ).toBeGreaterThan(1);
    const largest = logits.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
    expect(largestDifference(found['logits']!.data as Float32Array, logits) / largest).toBeLessThan(1e-5);
    expect(largestDifference(found['probabilities']!.data as Float32Array, probabilities)).toBeLessThan(1e-5);
    await session.release();
    device.close();
  });

  it('says how its inputs are made', async () => {
    const device = await openDevice({ kind: 'cpu' });
    for (const kind of ['beat', 'sequence'] as const) {
      const model = await loadModel(kind);
      const text = Buffer.from(await exportModel(device, model)).toString('latin1');
      expect(text).toContain(JSON.stringify(model.contract));
      for (const entry of ['kind', 'takes', 'contract', 'classes', 'inputs', 'outputs', 'provenance', 'notice']) {
        expect(text).toContain(`ecgpu.${entry}`);
      }
      for (const entry of ['members', 'stage']) expect(text.includes(`ecgpu.${entry}`)).toBe(kind === 'sequence');
      // What is done in the graph must not be done again outside of it.
      for (const entry of ['outputRule', 'windows']) expect(text).not.toContain(`ecgpu.${entry}`);
      expect(text.includes('no second lead')).toBe(kind === 'sequence');
    }
    device.close();
  });
});
