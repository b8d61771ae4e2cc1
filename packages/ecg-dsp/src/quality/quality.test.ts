import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/data-folder.js';
import vectors from '../filters/scipy.vectors.json';
import { folderSource } from '../node/folder-source.js';
import { addNoise, noiseAmplitude, noiseGain, qrsAmplitude } from '../noise/stress.js';
import { detectBeats } from '../qrs/detector.js';
import { readRecord } from '../wfdb/index.js';
import { beatQuality } from './beat-quality.js';
import { fft } from './fft.js';
import { periodograms } from './periodogram.js';

describe('periodograms', () => {
  it('average to scipy.signal.welch', () => {
    const { length, pieces } = periodograms(vectors.x, 360, 256 / 360);
    expect([length, pieces[0]!.length]).toEqual([256, 129]);
    const mean = (k: number) => pieces.reduce((sum, piece) => sum + piece![k]!, 0) / pieces.length;
    expect(mean(0)).toBeCloseTo(0.0641127884218739, 12);
    expect(mean(1)).toBeCloseTo(0.18463490738009, 12);
    expect(mean(36)).toBeCloseTo(0.0452180032420091, 12);
  });

  it('leave out the pieces with gaps', () => {
    const signal = Float64Array.from({ length: 64 }, (_, i) => Math.sin(i));
    signal[20] = Number.NaN;
    expect(periodograms(signal, 16, 1).pieces.map((piece) => piece !== undefined)).toEqual([
      true,
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});

it('fft is the discrete Fourier transform', () => {
  const signal = [3, -1, 4, 1, -5, 9, 2, -6];
  const re = Float64Array.from(signal);
  const im = new Float64Array(8);
  fft(re, im);
  for (let k = 0; k < 8; k++) {
    const angle = (j: number) => (-2 * Math.PI * j * k) / 8;
    expect(re[k]).toBeCloseTo(
      signal.reduce((sum, x, j) => sum + x * Math.cos(angle(j)), 0),
      12,
    );
    expect(im[k]).toBeCloseTo(
      signal.reduce((sum, x, j) => sum + x * Math.sin(angle(j)), 0),
      12,
    );
  }
});

describe('beatQuality', () => {
  it('says what is wrong with a signal that is none', () => {
    const [flat] = beatQuality(new Float64Array(7200).fill(2), 360, [3600]);
    expect(flat).toMatchObject({ kurtosis: null, qrsPower: null, flat: 1, missing: 0, usable: false });
    const [missing] = beatQuality(new Float64Array(7200).fill(Number.NaN), 360, [3600]);
    expect(missing).toMatchObject({ kurtosis: null, baselinePower: null, flat: 0, missing: 1, usable: false });
    expect(missing!.failed).toEqual(['kurtosis', 'qrsPower', 'baselinePower', 'missing']);
    expect(beatQuality([], 360, [])).toEqual([]);
    expect(beatQuality([1], 360, [0])).toMatchObject([{ usable: false }]);
  });

  it('keeps a clean record, and drops more of it the more noise there is', async (context) => {
    const { leads, fs } = await readRecord(folderSource(dataFolder(context, 'mitdb')), '118');
    const noise = (await readRecord(folderSource(dataFolder(context, 'nstdb')), 'ma')).leads[0]!.samples;
    const clean = leads[0]!.samples.subarray(0, 300 * fs);
    const beats = detectBeats(clean, fs).samples;
    const kept = (samples: Float64Array) =>
      beatQuality(samples, fs, beats).filter(({ usable }) => usable).length / beats.length;
    const at = (snr: number) => {
      const gain = noiseGain(qrsAmplitude(clean, fs, beats), noiseAmplitude(noise, fs), snr);
      return kept(addNoise(clean, noise, fs, gain, { start: 0, noisy: 300 }));
    };
    const shares = [kept(clean), at(18), at(6), at(-6)];
    expect(shares[0]).toBeGreaterThan(0.98);
    expect(shares[3]).toBeLessThan(0.05);
    expect([...shares].sort((a, b) => b - a)).toEqual(shares);
  });

  it('does not care about offset and gain', () => {
    const beats = [720, 1080];
    const signal = Float64Array.from(
      { length: 1800 },
      (_, i) => Math.exp(-(((i % 360) - 180) ** 2) / 30) + 0.01 * Math.sin(i),
    );
    const [before] = beatQuality(signal, 360, beats);
    const [after] = beatQuality(
      signal.map((v) => 1000 * v + 1e5),
      360,
      beats,
    );
    expect(after!.kurtosis).toBeCloseTo(before!.kurtosis!, 6);
    expect(after!.qrsPower).toBeCloseTo(before!.qrsPower!, 6);
  });
});
