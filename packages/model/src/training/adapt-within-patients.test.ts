import { type Device, initialise, type ParameterValues } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticSet } from '../data/synthetic-set.fixture.js';
import { mostLikely } from '../logits/most-likely.js';
import { beatEncoderParameters } from '../network/beat-encoder.js';
import { sequenceNetworkParameters } from '../network/sequence-network.js';
import { BEAT_CONTRACT } from '../preprocess/contract.js';
import { adaptWithinPatients } from './adapt-within-patients.js';
import { encodeVersions } from './sequence-training.js';
import { withinPatientsSequence } from './within-patients-sequence.js';

const shape = { channels: 2, samples: 160, filters: [2, 2, 2, 2], hidden: 2, attention: 2, dropout: 0 } as const;
const network = { beats: 8, encoding: 4, features: 15, rhythm: 3, dense: 4, hidden: 3, classes: 4, dropout: 0.3 };
const base = withinPatientsSequence();
const config = {
  ...base,
  sequence: { ...base.sequence, network },
  adaptation: { ...base.adaptation, steps: 2 },
  offsets: [0, 0, 0, 0],
};
const encoder = { shape, values: initialise(beatEncoderParameters(shape), 0) };
const members = [initialise(sequenceNetworkParameters(network), 1), initialise(sequenceNetworkParameters(network), 2)];
const others = [alwaysS(members[0]!)];

describe('adaptWithinPatients', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ kind: 'wasm' });
  });
  afterAll(() => device.close());

  const calls = async (counts: Parameters<typeof syntheticSet>[0][number], asked: readonly ParameterValues[]) => {
    const versions = { augmentedVersions: 0, augmentation: base.sequence.augmentation, training: { seed: 0 } };
    const own = await encodeVersions(device, encoder, syntheticSet([counts]), versions);
    const rehearsal = await encodeVersions(device, encoder, syntheticSet([{ N: 20, S: 4, V: 6 }], 2), versions);
    const whole = { count: own.set.count, encoded: own.versions[0]!, features: own.set.features };
    const model = { members, contract: BEAT_CONTRACT };
    return adaptWithinPatients(device, model, own, rehearsal, whole, asked, config);
  };
  const labels = (logits: Float32Array) =>
    Array.from({ length: logits.length / 4 }, (_, beat) => mostLikely(logits.subarray(4 * beat, 4 * beat + 4)));

  it('asks networks of other people about S where the patient has shown none', async () => {
    expect(new Set(labels(await calls({ N: 20, V: 6 }, others)))).toEqual(new Set([1]));
    expect(new Set(labels(await calls({ N: 20, V: 6 }, [])))).not.toContain(1);
  });

  it('does not ask them where S was shown, or nothing could be learned', async () => {
    for (const counts of [{ N: 20, S: 2, V: 6 }, { N: 5 }]) {
      expect(await calls(counts, others)).toEqual(await calls(counts, []));
    }
  });
});

/** A network that calls every beat S. */
function alwaysS(values: ParameterValues): ParameterValues {
  const bias = values.get('output.bias')!;
  return new Map([...values, ['output.bias', { ...bias, values: Float32Array.of(0, 40, 0, 0) }]]);
}
