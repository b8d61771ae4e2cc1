import { fileURLToPath } from 'node:url';
import { detectBeats, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { openDevice } from '@ecgpu/engine/node';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openClassifier } from '../src/classifier.js';
import type { InputContract } from '../src/contract.js';
import { requireKind } from '../src/model-file.js';
import { loadModel } from '../src/node/models.js';
import { exportModel } from '../src/onnx/export-model.js';
import { networkInputs } from '../src/preprocess/network-inputs.js';
import { prepareRecord } from '../src/preprocess/record-beats.js';

/** The first beats of two real records, as the network is fed them. */
async function realBeats(contract: InputContract, count: number) {
  const source = folderSource(fileURLToPath(new URL('../../../data/mitdb-samples', import.meta.url)));
  const record = await readRecord(source, '233', { from: 0, to: 360 * 90 });
  const mlii = record.leads.find(({ name }) => name === 'MLII')!;
  const peaks = detectBeats(mlii.samples, record.fs).samples.subarray(0, count);
  expect(peaks).toHaveLength(count);
  return networkInputs(prepareRecord(record, peaks, contract), contract);
}

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

  it('sequence: gives for a window of real beats what it gives here, before the output rule', async () => {
    const device = await openDevice({ kind: 'wasm' });
    const shipped = requireKind(await loadModel('sequence'), 'sequence', 'sequence');
    const { encoder, shape } = shipped;
    const { count, windows, features, second } = await realBeats(shipped.contract, shape.beats);
    const session = await InferenceSession.create(await exportModel(device, shipped));
    const lead = [1, count, encoder.channels, encoder.samples];
    // Some beats without a second lead.
    const present = second!.present.map((_, beat) => (beat % 5 === 0 ? 0 : 1));
    const found = await session.run({
      window: new Tensor('float32', windows, lead),
      rhythm: new Tensor('float32', features, [1, count, shape.features]),
      second: new Tensor('float32', second!.windows, lead),
      present: new Tensor('float32', Float32Array.from(present), [1, count, 1]),
    });
    const classifier = await openClassifier(device, {
      ...shipped,
      rule: { class: 0, bias: 0, fibrillation: 0 },
    });
    // One window alone: its log-probabilities are what comes back.
    const { probabilities } = await classifier.predict({ count, windows, features, second: { ...second!, present } });
    const logits = found['logits']!.data as Float32Array;
    const softmax = Float32Array.from(logits, (x, i) => {
      const row = logits.subarray(i - (i % 4), i - (i % 4) + 4);
      return Math.exp(x) / row.reduce((sum, y) => sum + Math.exp(y), 0);
    });
    expect(largestDifference(softmax, probabilities)).toBeLessThan(1e-5);
    await session.release();
    device.close();
  });

  it('says how its inputs are made', async () => {
    const device = await openDevice({ kind: 'cpu' });
    for (const kind of ['beat', 'sequence'] as const) {
      const model = await loadModel(kind);
      const text = Buffer.from(await exportModel(device, model)).toString('latin1');
      expect(text).toContain(JSON.stringify(model.contract));
      for (const key of ['ecgpu.kind', 'ecgpu.contract', 'ecgpu.classes', 'ecgpu.provenance', 'ecgpu.notice']) {
        expect(text).toContain(key);
      }
      expect(text.includes('ecgpu.outputRule')).toBe(kind === 'sequence');
    }
    device.close();
  });
});
