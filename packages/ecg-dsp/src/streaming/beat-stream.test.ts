import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderSource } from '../node/folder-source.js';
import { detectBeats } from '../qrs/detector.js';
import { syntheticEcg } from '../qrs/synthetic-ecg.fixture.js';
import { isBeatSymbol, readAnnotations, readRecord } from '../wfdb/index.js';
import { BeatStream } from './beat-stream.js';

const fs = 200;
const peaks = Array.from({ length: 60 }, (_, k) => Math.round(150 + 160 * k + 30 * Math.sin(3 * k)));
const noise = (i: number) => 0.05 * Math.sin(12.9898 * i * i);
const signal = syntheticEcg(60 * 165, fs, peaks).map((v, i) => v + noise(i) + (i % 1700 > 1500 ? Number.NaN : 0));

/** All peaks, and for each one how many samples had been pushed when it came. */
function streamed(sizes: readonly number[]): { samples: number[]; pushed: number[] } {
  const stream = new BeatStream(fs);
  const samples: number[] = [];
  const pushed: number[] = [];
  let at = 0;
  const take = (found: readonly number[]) => {
    samples.push(...found);
    for (const _ of found) pushed.push(at);
  };
  for (let k = 0; at < signal.length; k++) {
    const size = Math.max(1, sizes[k % sizes.length]!);
    const chunk = signal.subarray(at, at + size);
    at += chunk.length;
    take(stream.push(chunk));
  }
  take(stream.flush());
  return { samples, pushed };
}

describe('BeatStream', () => {
  const batch = [...detectBeats(signal, fs).samples];

  it('finds what the batch form finds, for any chunks', () => {
    expect(batch.length).toBeGreaterThan(45);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        expect(streamed(sizes).samples).toEqual(batch);
      }),
      { numRuns: 40 },
    );
  });

  it('hands out every beat within its declared latency, where there is no gap', () => {
    const clean = syntheticEcg(60 * 165, fs, peaks);
    const stream = new BeatStream(fs);
    const late: number[] = [];
    clean.forEach((value, i) => {
      for (const peak of stream.push([value])) late.push(i - peak);
    });
    expect(late.length).toBeGreaterThan(50);
    expect(Math.max(...late)).toBeLessThanOrEqual(stream.latency);
    expect(stream.latency).toBeLessThan(3.3 * fs);
  });

  it('knows beats across a long pause', () => {
    const few = [300, 460, 620, 780, 940, 1900, 2060, 2220, 2380];
    expect([...detectBeats(syntheticEcg(2700, fs, few), fs).samples]).toEqual(few);
  });

  it('knows beats from their T waves again right after a long gap', async () => {
    const folder = fileURLToPath(new URL('../../../../data/mitdb-samples', import.meta.url));
    const { leads, fs } = await readRecord(folderSource(folder), '233', { to: 360 * 240, leads: ['MLII'] });
    const { annotations } = await readAnnotations(folderSource(folder), '233', 'atr');
    const samples = Float64Array.from(leads[0]!.samples);
    const gap = [100, 160].map((seconds) => seconds * fs) as [number, number];
    samples.fill(Number.NaN, ...gap);
    const away = (sample: number) => sample < gap[0] - fs / 2 || (sample > gap[1] + fs / 2 && sample < 239 * fs);
    const beats = annotations.filter(({ symbol, sample }) => isBeatSymbol(symbol) && away(sample));
    const found = [...detectBeats(samples, fs).samples].filter(away);
    expect(found).toHaveLength(beats.length);
    found.forEach((sample, k) => {
      expect(Math.abs(sample - beats[k]!.sample)).toBeLessThan(0.15 * fs);
    });
  });

  it('takes no chunk, and ends without one', () => {
    const stream = new BeatStream(fs);
    expect(stream.push([])).toEqual([]);
    expect(stream.flush()).toEqual([]);
  });
});
