import { type Device, f32, gradients, i32, Parameters } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CROSS_ENTROPY, classLoss, logitOffsets } from './class-loss.js';

const LABELS = [0, 2, 1, 3, 0];
const WEIGHTS = [1, 0.5, 2, 3, 0];
const LOGITS = LABELS.flatMap((_, row) => [0, 1, 2, 3].map((k) => 2 * Math.sin(3 * row + 5 * k)));

/** The formulas of the papers, in f64. */
function expected(logits: readonly number[], gamma: number, offsets: readonly number[]): number {
  let [sum, weights] = [0, 0];
  for (const [row, label] of LABELS.entries()) {
    const x = offsets.map((offset, k) => logits[4 * row + k]! + offset);
    const p = Math.exp(x[label]!) / x.reduce((all, value) => all + Math.exp(value), 0);
    sum += WEIGHTS[row]! * (1 - p) ** gamma * -Math.log(p);
    weights += WEIGHTS[row]!;
  }
  return sum / weights;
}

describe('classLoss', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'cpu' });
  });
  afterAll(() => device.close());

  async function measure(logits: readonly number[], gamma: number, offsets: readonly number[], weights = WEIGHTS) {
    const values = new Map([['x', { shape: [5, 4], values: Float32Array.from(logits), buffer: false }]]);
    const parameters = new Parameters(device, values);
    const program = await device.compile({ label: i32(5), weight: f32(5) }, ({ label, weight }) => {
      const loss = classLoss(parameters.get('x'), label, weight, gamma, offsets);
      return { loss, gradient: gradients(loss, parameters) };
    });
    program.run({ label: Int32Array.from(LABELS), weight: Float32Array.from(weights) });
    const found = { loss: await program.readScalar('loss'), gradient: await program.read('gradient') };
    program.release();
    return found;
  }

  it.each([
    [0, [0, 0, 0, 0]],
    [0, [-0.2, -3, -1.5, -5]],
    [2, [0, 0, 0, 0]],
    [1.5, [-0.2, -3, -1.5, -5]],
  ])('is the formula, and so is its gradient (γ %d, offsets %j)', async (gamma, offsets) => {
    const { loss, gradient } = await measure(LOGITS, gamma, offsets);
    expect(loss).toBeCloseTo(expected(LOGITS, gamma, offsets), 5);
    const h = 1e-5;
    for (const at of LOGITS.keys()) {
      const shifted = (by: number) => LOGITS.map((x, i) => (i === at ? x + by : x));
      const slope = (expected(shifted(h), gamma, offsets) - expected(shifted(-h), gamma, offsets)) / (2 * h);
      expect(gradient[at]).toBeCloseTo(slope, 5);
    }
  });

  it('stays finite where the network is sure, right or wrong, and where nothing counts', async () => {
    const sure = LABELS.flatMap((label, row) => [0, 1, 2, 3].map((k) => (k === (row === 1 ? 0 : label) ? 60 : -25)));
    for (const weights of [WEIGHTS, [0, 0, 0, 0, 0]]) {
      const { loss, gradient } = await measure(sure, 2, [0, 0, 0, 0], weights);
      expect(Number.isFinite(loss) && [...gradient].every(Number.isFinite)).toBe(true);
    }
    expect((await measure(sure, 2, [0, 0, 0, 0], [0, 0, 0, 0, 0])).loss).toBe(0);
  });
});

describe('logitOffsets', () => {
  const sizes = { drawn: [100, 100, 200, 0], natural: [1000, 50, 200, 0] };

  it('adds nothing by default', () => {
    expect(logitOffsets(CROSS_ENTROPY, sizes).every((offset) => Math.abs(offset) === 0)).toBe(true);
  });

  it('adds τ times the logarithm of the share', () => {
    const offsets = logitOffsets({ ...CROSS_ENTROPY, logitAdjustment: 0.5 }, sizes);
    expect(offsets[2]! - offsets[0]!).toBeCloseTo(0.5 * Math.log(2), 12);
    expect(offsets.every(Number.isFinite)).toBe(true);
  });

  it('takes out what the draws added', () => {
    const offsets = logitOffsets({ ...CROSS_ENTROPY, naturalShares: true }, sizes);
    // S is drawn a tenth of N's 1 : 20 too often, 20 times.
    expect(offsets[1]! - offsets[0]!).toBeCloseTo(Math.log(20), 12);
  });

  it('refuses options out of range', () => {
    const refused = expect.objectContaining({ code: 'CLASS_LOSS', fix: expect.any(String) });
    expect(() => logitOffsets({ ...CROSS_ENTROPY, focal: -1 }, sizes)).toThrow(refused);
    expect(() => logitOffsets({ ...CROSS_ENTROPY, logitAdjustment: Number.NaN }, sizes)).toThrow(refused);
  });
});
