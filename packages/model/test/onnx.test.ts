import { f32, Parameters, softmax } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { exportOnnx } from '@ecgpu/engine/onnx';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { beatNetwork } from '../src/network/beat-network.js';
import { BEATS, floats, inOurNames, readVectors, SHAPE } from './network-vectors.js';

const inputs = await readVectors('network-inputs');

/** Largest difference relative to the largest wanted value, or to 1. */
function error(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let [largest, worst] = [1, 0];
  for (let i = 0; i < want.length; i++) {
    largest = Math.max(largest, Math.abs(want[i]!));
    const difference = Math.abs(got[i]! - want[i]!);
    worst = Number.isFinite(difference) ? Math.max(worst, difference) : Number.POSITIVE_INFINITY;
  }
  return worst / largest;
}

it('the beat network exported with one beat gives the same on real beats in ONNX Runtime, all at once', async () => {
  const device = await openDevice({ kind: 'cpu' });
  const parameters = new Parameters(device, inOurNames(inputs, 'weights/'));
  const compile = (batch: number) =>
    device.compile({ window: f32(batch, 2, 160), rhythm: f32(batch, 15) }, ({ window, rhythm }) => {
      const { logits, attention } = beatNetwork(parameters, { window, rhythm }, SHAPE, 'inference');
      return { logits, attention, probabilities: softmax(logits) };
    });
  const session = await InferenceSession.create(
    await exportOnnx(await compile(1), { parameters, dynamicBatch: true, name: 'beats' }),
  );
  const [window, rhythm] = [floats(inputs, 'window'), floats(inputs, 'rhythm')];
  const results = await session.run({
    window: new Tensor('float32', window, [BEATS, 2, 160]),
    rhythm: new Tensor('float32', rhythm, [BEATS, 15]),
  });
  const program = await compile(BEATS);
  program.run({ window, rhythm });
  for (const name of ['logits', 'attention', 'probabilities'] as const) {
    expect(error(results[name]!.data as Float32Array, await program.read(name)), name).toBeLessThan(1e-5);
  }
  await session.release();
});
