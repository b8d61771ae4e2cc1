import { initialise } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { expect, it } from 'vitest';
import { syntheticSet } from '../data/synthetic-set.fixture.js';
import { beatEncoderParameters } from '../network/beat-encoder.js';
import type { Checkpoint } from './checkpoint.js';
import { encodeVersions, sequenceTrainingConfig, trainOnSequences } from './sequence-training.js';

it('is the same interrupted or not', async () => {
  const device = await openDevice({ kind: 'wasm' });
  const shape = { channels: 2, samples: 160, filters: [2, 2, 2, 2], hidden: 2, attention: 2, dropout: 0 } as const;
  const set = syntheticSet([
    { N: 40, S: 4, V: 6 },
    { N: 30, F: 2 },
  ]);
  const base = sequenceTrainingConfig({ epochs: 2, batchSize: 2 });
  const network = { ...base.network, beats: 8, encoding: 4, rhythm: 3, dense: 4, hidden: 3 };
  const config = { ...base, stepsPerEpoch: 3, network };
  const encoder = { shape, values: initialise(beatEncoderParameters(shape), 0) };
  const encoded = await encodeVersions(device, encoder, set, config);
  expect(encoded.versions).toHaveLength(3);
  expect(await encodeVersions(device, encoder, set, config)).toEqual(encoded);

  let middle: Checkpoint | undefined;
  const whole = await trainOnSequences(device, encoded, config, {
    onEpoch: async ({ epoch }, capture) => {
      if (epoch === 1) middle = await capture();
    },
  });
  const resumed = await trainOnSequences(device, encoded, config, { resume: middle! });
  expect(resumed.averaged).toEqual(whole.averaged);
  expect(resumed.reports.at(-1)!.loss).toBe(whole.reports.at(-1)!.loss);
  const other = await trainOnSequences(device, encoded, { ...config, training: { ...config.training, seed: 1 } });
  expect(other.averaged).not.toEqual(whole.averaged);
  device.close();
});
