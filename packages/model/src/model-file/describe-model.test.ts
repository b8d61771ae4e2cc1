import { readSafetensors, writeSafetensors } from '@ecgpu/engine';
import { expect, it } from 'vitest';
import { modelBytes } from '../node/models.js';
import { describeModel } from './describe-model.js';
import { decodeModel, encodeModel, fileHash } from './model-file.js';

it('tells what a model is, and whether its weights were verified', async () => {
  const shipped = decodeModel(await modelBytes('beat'));
  const bytes = encodeModel(shipped);
  const described = await describeModel(bytes);
  expect(described).toMatchObject({
    ...{ kind: 'beat', parameters: 53_164, classes: ['N', 'S', 'V', 'F'], bytes: bytes.length },
    ...{ contract: shipped.contract, provenance: shipped.provenance, sha256: await fileHash(bytes) },
    streaming: { beats: 3, pause: 10 },
    weights: { verified: true, sha256: expect.stringMatching(/^[\da-f]{64}$/) },
    metadata: { network: { hidden: 32 } },
  });
  // 3.58 MFLOP by hand, layer by layer.
  expect(described.operationsPerBeat / 1e6).toBeCloseTo(3.58, 1);
  const { weightsSha256, ...metadata } = readSafetensors(bytes).metadata;
  const old = await describeModel(writeSafetensors(shipped.values, metadata));
  expect(old.weights).toEqual({ verified: false, sha256: weightsSha256 });
});

it('counts a sequence model: an encoder for each network and lead, its beats in two windows of two stages', async () => {
  const [beat, sequence] = await Promise.all(
    ['beat', 'sequence'].map(async (name) => describeModel(await modelBytes(name))),
  );
  // Three networks, two leads.
  expect(sequence!.operationsPerBeat).toBeGreaterThan(6 * beat!.operationsPerBeat);
  expect(sequence!.operationsPerBeat).toBeLessThan(6.4 * beat!.operationsPerBeat);
  expect(sequence!.streaming).toEqual({ beats: 29 + 95 });
});
