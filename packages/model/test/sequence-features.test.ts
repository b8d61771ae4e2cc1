import { readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { expect, it } from 'vitest';
import { dataFolder } from '../../ecg-dsp/test/data-folder.js';
import { annotatedBeats } from '../src/data/annotated-beats.js';
import { SEQUENCE_CONTRACT } from '../src/preprocess/contract.js';
import { clippedIntervals, rhythmFeatureRows, rhythmReach } from '../src/preprocess/rhythm-features.js';
import { floats, readVectors } from './network-vectors.js';

/** Where the windows of the stored vectors start. */
const WINDOWS = [
  { record: '222', from: 1200 },
  { record: '232', from: 500 },
] as const;
/** The stored features were summed in f32. */
const TOLERANCE = 2e-6;

it('measures rhythms as the training in PyTorch did, from a whole record and from a stretch of it', async (context) => {
  const source = folderSource(dataFolder(context, 'mitdb'));
  const stored = floats(await readVectors('sequence-inputs'), 'rhythm');
  const size = stored.length / WINDOWS.length;
  const beats = size / SEQUENCE_CONTRACT.rhythm.features.length;
  for (const [index, { record, from }] of WINDOWS.entries()) {
    const { fs, length } = await readRecord(source, record);
    const { annotations } = await readAnnotations(source, record, 'atr');
    const { samples } = annotatedBeats(annotations, SEQUENCE_CONTRACT.mapping, length);
    const intervals = clippedIntervals(samples, fs, SEQUENCE_CONTRACT);
    const whole = rhythmFeatureRows(intervals, SEQUENCE_CONTRACT, { from, to: from + beats });
    const expected = stored.subarray(index * size, (index + 1) * size);
    for (const [i, value] of expected.entries()) expect(Math.abs(whole[i]! - value)).toBeLessThan(TOLERANCE);

    const { before, after } = rhythmReach(SEQUENCE_CONTRACT);
    const stretch = intervals.slice(from - before, from + beats + after);
    const global = intervals.reduce((sum, r) => sum + r, 0) / intervals.length;
    const alone = rhythmFeatureRows(stretch, SEQUENCE_CONTRACT, { from: before, to: before + beats, global });
    expect(alone).toEqual(whole);
  }
});
