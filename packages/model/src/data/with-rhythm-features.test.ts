import { fileURLToPath } from 'node:url';
import { readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { describe, expect, it } from 'vitest';
import { BEAT_CONTRACT, type InputContract, SEQUENCE_CONTRACT } from '../preprocess/contract.js';
import { prepareRecord } from '../preprocess/record-beats.js';
import { annotatedBeats } from './annotated-beats.js';
import { joinRecords, selectBeats } from './beat-set.js';
import { encodedBeats, encodedRecord } from './encoded-beats.js';
import { withRhythmFeatures } from './with-rhythm-features.js';

const source = folderSource(fileURLToPath(new URL('../../../../data/mitdb-samples', import.meta.url)));
const MINUTE = 60 * 360;

/** The first minute of two records. */
async function firstMinutes(contract: InputContract, learned: { readonly learnedUntil?: number } = {}) {
  const records = ['100', '233'].map(async (name) => {
    const record = await readRecord(source, name, { from: 0, to: MINUTE });
    const { annotations } = await readAnnotations(source, name, 'atr', { fs: record.fs });
    const { samples, labels, fibrillation } = annotatedBeats(annotations, contract.mapping, MINUTE);
    const beats = prepareRecord(record, samples, contract, learned);
    return { name, fs: record.fs, lead: beats.lead, ...learned, beats, labels, fibrillation };
  });
  return joinRecords(await Promise.all(records), contract);
}

describe("another contract's rhythm features", () => {
  it.each([{}, { learnedUntil: 0.8 * MINUTE }])('are what loading by it would have given: %o', async (learned) => {
    const beat = await firstMinutes(BEAT_CONTRACT, learned);
    expect(withRhythmFeatures(beat, SEQUENCE_CONTRACT)).toEqual(await firstMinutes(SEQUENCE_CONTRACT, learned));
  });

  it('are those of a regular rhythm for one beat alone', async () => {
    const alone = selectBeats(await firstMinutes(BEAT_CONTRACT), [7]);
    const { features } = withRhythmFeatures(alone, SEQUENCE_CONTRACT);
    expect(features).toEqual(new Float32Array(SEQUENCE_CONTRACT.rhythm.features.length));
  });
});

describe('one record of encoded beats', () => {
  it('has its beats, their vectors and their intervals', async () => {
    const set = await firstMinutes(BEAT_CONTRACT);
    const vectors = Float32Array.from({ length: 2 * set.count }, (_, i) => i);
    const encoded = encodedBeats(set, [vectors], 2);
    const { from, to, meanInterval } = encoded.records[1]!;
    const own = encodedRecord(encoded, encoded.records[1]!);
    expect(own.records).toEqual([{ from: 0, to: to - from, meanInterval }]);
    expect(own.versions).toEqual([vectors.subarray(2 * from, 2 * to)]);
    expect(own.intervals).toEqual(encoded.intervals.subarray(from, to));
    expect(own.set.peaks).toEqual(set.peaks.subarray(from, to));
  });
});
