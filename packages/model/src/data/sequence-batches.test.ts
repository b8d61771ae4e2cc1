import { beatLabels } from '@ecgpu/ecg-dsp';
import { RandomGenerator } from '@ecgpu/engine';
import { describe, expect, it } from 'vitest';
import { SEQUENCE_NETWORK } from '../network/sequence-network.js';
import { SEQUENCE_CONTRACT } from '../preprocess/contract.js';
import { rhythmFeatureRows } from '../preprocess/rhythm-features.js';
import { emptySequenceBatch } from '../training/sequence-step.js';
import { encodedBeats, recordRanges } from './encoded-beats.js';
import { SequenceBatches, type SequenceBatchesOptions } from './sequence-batches.js';
import { WINDOW_DRAWS, type WindowDraws, WindowSampler } from './sequence-window.js';
import { syntheticSet } from './synthetic-set.fixture.js';

const LENGTH = 3;
const set = syntheticSet([{ N: 90, V: 10, Q: 2 }, { N: 70, S: 30 }, { N: 20 }]);
const random = new RandomGenerator(8);
const vectors = () => Float32Array.from({ length: set.count * LENGTH }, () => random.uniform(-1, 1));
const encoded = encodedBeats(set, [vectors(), vectors()], LENGTH);
const plain: WindowDraws = { ...WINDOW_DRAWS, waveformDrop: 0, fibrillation: 0, premature: 0 };
const reach = { before: 30, after: 29 };

describe('WindowSampler', () => {
  it('draws whole windows of one record that is long enough, as they are', () => {
    const sampler = new WindowSampler(encoded, 64, reach, plain);
    for (let i = 0; i < 300; i++) {
      const { start, labels, intervals, version, fibrillation } = sampler.draw(random);
      expect(set.recordOf[start]).toBe(set.recordOf[start + 63]);
      expect(set.recordOf[start]).toBeLessThan(2);
      expect(labels).toEqual(set.labels.slice(start, start + 64));
      expect(intervals).toHaveLength(64 + 59);
      expect(version).toBeGreaterThanOrEqual(0);
      expect(fibrillation.every((x) => x === 0)).toBe(true);
    }
  });

  it('draws windows around each class about as often as asked', () => {
    const sampler = new WindowSampler(encoded, 1, reach, plain);
    const drawn = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      const label = beatLabels[sampler.draw(random).labels[0]!]!;
      drawn.set(label, (drawn.get(label) ?? 0) + 1);
    }
    // There is no F: the shares of the others are of 0.95. Four standard errors of 4000 draws are 0.03.
    for (const [label, share] of [
      ['N', 0.5],
      ['S', 0.2],
      ['V', 0.25],
    ] as const)
      expect(Math.abs(drawn.get(label)! / 4000 - share / 0.95)).toBeLessThan(0.032);
    expect(drawn.has('Q')).toBe(false);
  });

  it('draws windows around beats of Q where they have a share', () => {
    const sampler = new WindowSampler(encoded, 1, reach, { ...plain, classShares: { Q: 1 } });
    for (let i = 0; i < 20; i++) expect(beatLabels[sampler.draw(random).labels[0]!]).toBe('Q');
  });

  it('makes up rhythms, and labels what it made up', () => {
    const sampler = new WindowSampler(encoded, 16, reach, { ...WINDOW_DRAWS, fibrillation: 0.5, premature: 0.5 });
    const seen = { fibrillating: 0, premature: 0, dropped: 0 };
    for (let i = 0; i < 400; i++) {
      const { start, labels, fibrillation, version } = sampler.draw(random);
      if (fibrillation.some((x) => x === 1)) seen.fibrillating++;
      const changed = [...labels.keys()].filter((k) => labels[k] !== set.labels[start + k]);
      expect(changed.every((k) => beatLabels[labels[k]!] === 'S' && beatLabels[set.labels[start + k]!] === 'N')).toBe(
        true,
      );
      if (changed.length > 0) seen.premature++;
      if (version < 0) seen.dropped++;
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(40);
  });

  it('refuses records that are all shorter than a window', () => {
    expect(() => new WindowSampler(encoded, 200, reach, plain)).toThrow(
      expect.objectContaining({ code: 'NO_TRAINING_BEATS' }),
    );
  });
});

describe('windows of two leads', () => {
  it('lose the second one in the share asked for, and those of one lead draw as before', () => {
    const draw = (secondLead: number, secondLeadDrop: number) => {
      const again = new RandomGenerator(5);
      const two = encodedBeats(set, encoded.versions, LENGTH, secondLead);
      const sampler = new WindowSampler(two, 16, reach, { ...WINDOW_DRAWS, secondLeadDrop });
      return Array.from({ length: 300 }, () => sampler.draw(again));
    };
    expect(draw(1, 1).every(({ secondLeadDropped }) => secondLeadDropped)).toBe(true);
    expect(draw(1, 0).some(({ secondLeadDropped }) => secondLeadDropped)).toBe(false);
    // Four standard errors of 300 draws are 0.115.
    expect(Math.abs(draw(1, 0.5).filter((x) => x.secondLeadDropped).length / 300 - 0.5)).toBeLessThan(0.115);
    expect(draw(LENGTH, 1)).toEqual(draw(LENGTH, 0));
  });

  it('have nothing of it in the batch', () => {
    const two = encodedBeats(set, encoded.versions, LENGTH, 1);
    const shape = { ...SEQUENCE_NETWORK, encoding: LENGTH };
    const batchOf = (secondLeadDrop: number) => {
      const batch = emptySequenceBatch(2, shape);
      const batches = new SequenceBatches(two, SEQUENCE_CONTRACT, {
        ...{ beats: 64, windows: 2, stepsPerEpoch: 1, seed: 4 },
        draws: { ...plain, secondLeadDrop },
        jitter: { window: 0, beat: 0, feature: 0 },
        classWeights: (sizes) => sizes.map(() => 1),
      });
      batches.startEpoch(0);
      batches.fill(0, batch);
      return batch.encoded;
    };
    const [dropped, whole] = [batchOf(1), batchOf(0)];
    for (const [i, value] of dropped.entries()) expect(value === 0).toBe(i % LENGTH >= 1);
    expect(whole.every((value) => value !== 0)).toBe(true);
  });
});

describe('SequenceBatches', () => {
  const beats = 64;
  const shape = { ...SEQUENCE_NETWORK, encoding: LENGTH };
  const options: SequenceBatchesOptions = {
    beats,
    windows: 2,
    stepsPerEpoch: 3,
    draws: WINDOW_DRAWS,
    jitter: { window: 0.1, beat: 0.05, feature: 0.03 },
    classWeights: (sizes) => sizes.map((n) => (n > 0 ? 1 / n : 0)),
    seed: 4,
  };

  it('depend on seed, epoch and step alone', () => {
    const fill = (batches: SequenceBatches, epoch: number, step: number) => {
      const batch = emptySequenceBatch(2, shape);
      batches.startEpoch(epoch);
      batches.fill(step, batch);
      return batch;
    };
    const one = new SequenceBatches(encoded, SEQUENCE_CONTRACT, options);
    fill(one, 0, 0);
    const expected = fill(one, 1, 2);
    expect(fill(new SequenceBatches(encoded, SEQUENCE_CONTRACT, options), 1, 2)).toEqual(expected);
    expect(fill(one, 1, 1).rhythm).not.toEqual(expected.rhythm);
    expect(fill(new SequenceBatches(encoded, SEQUENCE_CONTRACT, { ...options, seed: 5 }), 1, 2)).not.toEqual(expected);
  });

  it('are the beats themselves where nothing is changed', () => {
    const jitter = { window: 0, beat: 0, feature: 0 };
    const only = encodedBeats(set, [encoded.versions[0]!], LENGTH);
    const batches = new SequenceBatches(only, SEQUENCE_CONTRACT, { ...options, draws: plain, jitter });
    const batch = emptySequenceBatch(2, shape);
    batches.startEpoch(0);
    batches.fill(0, batch);
    const first = batch.encoded.subarray(0, LENGTH).toString();
    const start = [...Array(set.count).keys()].find(
      (beat) => only.versions[0]!.subarray(beat * LENGTH, (beat + 1) * LENGTH).toString() === first,
    )!;
    expect(batch.encoded.subarray(0, beats * LENGTH)).toEqual(
      only.versions[0]!.subarray(start * LENGTH, (start + beats) * LENGTH),
    );
    const { from, to } = recordRanges(set)[set.recordOf[start]!]!;
    const rows = rhythmFeatureRows(only.intervals.slice(from, to), SEQUENCE_CONTRACT);
    const width = shape.features;
    expect(batch.rhythm.subarray(0, beats * width)).toEqual(
      rows.subarray((start - from) * width, (start - from + beats) * width),
    );
    for (let k = 0; k < beats; k++) {
      const label = beatLabels[set.labels[start + k]!]!;
      if (label === 'Q') expect(batch.weight[k]).toBe(0);
      else expect(SEQUENCE_CONTRACT.classes[batch.label[k]!]).toBe(label);
    }
  });
});
