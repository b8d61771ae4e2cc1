import { type Device, f32, gradients, i32, initialise, Parameters } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { beatEncoder } from '../src/network/beat-encoder.js';
import { SEQUENCE_NETWORK, sequenceNetwork, sequenceNetworkParameters } from '../src/network/sequence-network.js';
import { SEQUENCE_LOSS, sequenceLoss } from '../src/training/sequence-loss.js';
import { BEATS, floats, inOurNames, readVectors, SHAPE } from './network-vectors.js';

const inputs = await readVectors('sequence-inputs');
const expected = await readVectors('sequence-expected');
const beatInputs = await readVectors('network-inputs');

const WINDOWS = 2;
const shape = { ...SEQUENCE_NETWORK, dropout: 0 };
const like = initialise(sequenceNetworkParameters(shape), 0);
const rows = WINDOWS * shape.beats;

/** Largest difference relative to the largest expected value. */
function error(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let [most, worst] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    most = Math.max(most, Math.abs(want[i]!));
    const difference = Math.abs(got[i]! - want[i]!);
    worst = Number.isFinite(difference) ? Math.max(worst, difference) : Number.POSITIVE_INFINITY;
  }
  return worst / most;
}

/**
 * Expected values are f64 results rounded to f32. The longest chain has some 600 terms (two recurrences of 64 steps, sums
 * of up to 124 products between them): 600·2⁻²⁴ = 4e-5 of a tensor's largest value forward, a few times that backward.
 */
const TOLERANCE = { cpu: { forward: 2e-7, backward: 2e-7 }, webgpu: { forward: 4e-5, backward: 2e-4 } } as const;

/** A software adapter compiles the kernels of two recurrences and their gradients for up to a minute, longer under load. */
const COMPILE_TIME = 240_000;

describe.each(['cpu', 'webgpu'] as const)('the sequence network on %s, against PyTorch', (kind) => {
  let device: Device | undefined;
  beforeAll(async () => {
    device = kind === 'cpu' ? await openDevice({ kind: 'cpu' }) : await gpu();
  });
  afterAll(() => device?.close());
  const open = (context: TestContext) => device ?? context.skip('no WebGPU adapter on this machine');
  const tolerance = TOLERANCE[kind];

  it(
    'gives the same logits, the same loss and the same gradient for every parameter',
    async (context) => {
      const parameters = new Parameters(open(context), inOurNames(inputs, 'weights/', like));
      const program = await open(context).compile(
        {
          encoded: f32(WINDOWS, shape.beats, shape.encoding),
          rhythm: f32(WINDOWS, shape.beats, shape.features),
          label: i32(rows),
          weight: f32(rows),
          fibrillation: i32(rows),
        },
        ({ encoded, rhythm, ...targets }) => {
          const outputs = sequenceNetwork(parameters, { encoded, rhythm }, shape, 'training');
          const loss = sequenceLoss(outputs, targets, SEQUENCE_LOSS);
          return { ...outputs, odds: outputs.fibrillation, loss, gradient: gradients(loss, parameters) };
        },
      );
      program.run({
        encoded: floats(inputs, 'encoded'),
        rhythm: floats(inputs, 'rhythm'),
        label: inputs.get('label')!.values,
        weight: floats(expected, 'weight'),
        fibrillation: expected.get('fibrillation')!.values,
      });
      for (const [ours, theirs] of [
        ['logits', 'inference/logits'],
        ['beatLogits', 'inference/beat_logits'],
        ['odds', 'inference/af_logit'],
        ['loss', 'loss'],
      ] as const) {
        expect(error(await program.read(ours), floats(expected, theirs)), ours).toBeLessThan(tolerance.forward);
      }
      const flat = (await program.read('gradient')) as Float32Array;
      const want = inOurNames(expected, 'gradient/', like);
      for (const name of parameters.names) {
        const { values } = want.get(name)!;
        const offset = parameters.offsetOf(name);
        expect(error(flat.subarray(offset, offset + values.length), values), name).toBeLessThan(tolerance.backward);
      }
      program.release();
    },
    COMPILE_TIME,
  );

  it(
    'encodes beats as the vectors that were stored',
    async (context) => {
      const parameters = new Parameters(open(context), inOurNames(beatInputs, 'weights/'));
      const program = await open(context).compile({ window: f32(BEATS, 2, 160) }, ({ window }) => ({
        context: beatEncoder(parameters, window, SHAPE, 'inference').context,
      }));
      program.run({ window: floats(beatInputs, 'window') });
      // The stored vectors were computed in f32.
      expect(error(await program.read('context'), floats(beatInputs, 'golden/ctx'))).toBeLessThan(6e-5);
      program.release();
    },
    COMPILE_TIME,
  );
});

it('has 35,121 parameters beside the encoder', () => {
  const count = [...like.values()].reduce((sum, { values }) => sum + values.length, 0);
  expect(count).toBe(35_121);
});

it('was what PyTorch trained: the f64 results are those stored with the weights', () => {
  for (const name of ['logits', 'beat_logits', 'af_logit']) {
    expect(error(floats(expected, `inference/${name}`), floats(inputs, `golden/${name}`)), name).toBeLessThan(4e-5);
  }
});

async function gpu(): Promise<Device | undefined> {
  try {
    return await openDevice({ kind: 'webgpu' });
  } catch (failure) {
    if (process.env['REQUIRE_GPU'] === '1') throw failure;
    return undefined;
  }
}
