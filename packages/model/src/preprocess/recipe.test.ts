import { readAnnotations, readRecord } from '@ecgpu/ecg-dsp';
import { folderSource } from '@ecgpu/ecg-dsp/node';
import { expect, it } from 'vitest';
import { dataFolder } from '../../../ecg-dsp/test/data-folder.js';
import { annotatedBeats } from '../data/annotated-beats.js';
import { BEAT_CONTRACT } from './contract.js';
import { networkInputs } from './network-inputs.js';
import vectors from './recipe.vectors.json' with { type: 'json' };
import { prepareRecord } from './record-beats.js';

/** f32 keeps 2⁻²⁴ relative, the beats are up to 4 high, and both sides round once or twice. */
const WINDOW_TOLERANCE = 2.5e-7;
/** Features are up to 1.5; the means are summed in another order in f64, which is nothing beside one rounding to f32. */
const FEATURE_TOLERANCE = 1.2e-7;

it('gives the network what numpy and scipy gave it, beat for beat', { timeout: 120_000 }, async (context) => {
  const source = folderSource(dataFolder(context, 'mitdb'));
  const [channels, length] = vectors.window as [number, number];
  let compared = 0;
  for (const record of new Set(vectors.beats.map((beat) => beat.record))) {
    const signal = await readRecord(source, record);
    const { annotations } = await readAnnotations(source, record, 'atr');
    const { samples } = annotatedBeats(annotations, BEAT_CONTRACT.mapping, signal.length);
    const { windows, features } = networkInputs(prepareRecord(signal, samples, BEAT_CONTRACT), BEAT_CONTRACT);
    for (const expected of vectors.beats.filter((beat) => beat.record === record)) {
      const beat = samples.indexOf(expected.sample);
      expect(beat, `${record} at ${expected.sample}`).toBeGreaterThanOrEqual(0);
      const x = decode(expected.x);
      const rhythm = decode(expected.features);
      expect(x.length).toBe(channels * length);
      const found = windows.subarray(beat * x.length, (beat + 1) * x.length);
      const foundRhythm = features.subarray(beat * rhythm.length, (beat + 1) * rhythm.length);
      expect(largestDifference(found, x), `${record} at ${expected.sample}`).toBeLessThan(WINDOW_TOLERANCE);
      expect(largestDifference(foundRhythm, rhythm), `${record} at ${expected.sample}`).toBeLessThan(FEATURE_TOLERANCE);
      compared++;
    }
  }
  expect(compared).toBe(32);
});

function decode(base64: string): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  // NaN must not pass for agreement.
  return a.reduce((most, x, i) => Math.max(most, Number.isNaN(x) ? Number.POSITIVE_INFINITY : Math.abs(x - b[i]!)), 0);
}
