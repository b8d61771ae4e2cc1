import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/data-folder.js';
import { folderSource } from '../node/folder-source.js';
import { isBeatSymbol, readAnnotations, readRecord } from '../wfdb/index.js';
import { addNoise, noiseAmplitude, noiseGain, qrsAmplitude } from './stress.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

describe('noise stress', () => {
  it('brings a noise to the ratio asked for', () => {
    const noise = Float64Array.from({ length: 1000 }, (_, i) => Math.sin((2 * Math.PI * i) / 10));
    const signal = Float64Array.from({ length: 1000 }, (_, i) => (i % 100 === 50 ? 2 : 0));
    const beats = Array.from({ length: 10 }, (_, b) => 100 * b + 50);
    const p = qrsAmplitude(signal, 100, beats);
    const r = noiseAmplitude(noise, 100);
    expect(p).toBe(2);
    expect(r).toBeCloseTo(Math.SQRT1_2, 12);
    const gain = noiseGain(p, r, 6);
    expect(10 * Math.log10(p ** 2 / 8 / (gain * r) ** 2)).toBeCloseTo(6, 12);
  });

  it('adds it in turns without a step, and repeats a noise that is too short', () => {
    const noisy = addNoise(new Float64Array(12), [5, 6, 8, 11], 1, 10, { start: 2, noisy: 3, clean: 2 });
    expect([...noisy]).toEqual([0, 0, 20, 50, -10, -10, -10, 20, -40, -30, -30, -30]);
    expect(addNoise([Number.NaN, 1], [1, 2], 1, 1, { start: 0 })).toEqual(Float64Array.of(Number.NaN, 2));
  });

  it('refuses a noise with a gap, behind which the signal would be lost', () => {
    const schedule = { start: 0, noisy: 10, clean: 0 };
    expect(() => addNoise([1, 2, 3, 4], [0, Number.NaN, 1], 1, 1, schedule)).toThrow(code('NOISE_UNMEASURABLE'));
    expect(() => addNoise([1, 2, 3, 4], [0, 1], 1, Number.NaN, schedule)).toThrow(code('NOISE_UNMEASURABLE'));
  });

  it('refuses what has no size', () => {
    expect(() => qrsAmplitude([1, 2], 100, [])).toThrow(code('NOISE_UNMEASURABLE'));
    expect(() => noiseAmplitude([1, 2], 100)).toThrow(code('NOISE_UNMEASURABLE'));
    expect(() => noiseGain(1, 0, 6)).toThrow(code('NOISE_UNMEASURABLE'));
    expect(() => addNoise([1], [], 1, 1)).toThrow(code('NOISE_UNMEASURABLE'));
    expect(() => addNoise([1], [1], 1, 1, { noisy: 0 })).toThrow(code('NOISE_SCHEDULE'));
  });

  it('measures the QRS complexes of record 100 as sigamp does: 1.46656 and 0.947667 mV', async (context) => {
    const folder = folderSource(dataFolder(context, 'mitdb'));
    const { leads, fs } = await readRecord(folder, '100');
    const { annotations } = await readAnnotations(folder, '100', 'atr');
    const beats = annotations
      .filter((annotation) => isBeatSymbol(annotation.symbol))
      .map((annotation) => annotation.sample);
    expect(qrsAmplitude(leads[0]!.samples, fs, beats)).toBeCloseTo(1.46656, 5);
    expect(qrsAmplitude(leads[1]!.samples, fs, beats)).toBeCloseTo(0.947667, 5);
  });

  // What nst of WFDB 10.7 prints, given the amplitudes as sigamp defines them.
  it.for([
    ['118', 'em', 24, 0.185241, 0.472469],
    ['118', 'em', -6, 5.85783, 14.9408],
    ['118', 'bw', 6, 4.82678, 8.191],
    ['119', 'em', 0, 2.64352, 4.81659],
    ['119', 'ma', 6, 5.38913, 2.84932],
  ] as const)('scales %s for %s at %i dB as nst does', async ([record, name, snr, ...gains], context) => {
    const mitdb = folderSource(dataFolder(context, 'mitdb'));
    const { leads, fs } = await readRecord(mitdb, record);
    const noise = await readRecord(folderSource(dataFolder(context, 'nstdb')), name);
    const { annotations } = await readAnnotations(mitdb, record, 'atr');
    const beats = annotations.filter(({ symbol }) => isBeatSymbol(symbol)).map(({ sample }) => sample);
    for (const [lead, gain] of gains.entries()) {
      const qrs = qrsAmplitude(leads[lead]!.samples, fs, beats);
      const ours = noiseGain(qrs, noiseAmplitude(noise.leads[lead]!.samples, fs), snr);
      expect(ours / gain).toBeCloseTo(1, 5);
    }
  });

  it.for([24, 12])(
    'makes the published record of 118 and em at %i dB, its noise to 3 per cent',
    async (snr, context) => {
      const mitdb = folderSource(dataFolder(context, 'mitdb'));
      const nstdb = folderSource(dataFolder(context, 'nstdb'));
      const clean = await readRecord(mitdb, '118');
      const em = await readRecord(nstdb, 'em');
      const published = await readRecord(nstdb, `118e${snr}`);
      const { annotations } = await readAnnotations(mitdb, '118', 'atr');
      const beats = annotations
        .filter((annotation) => isBeatSymbol(annotation.symbol))
        .map((annotation) => annotation.sample);
      for (const lead of [0, 1]) {
        const samples = clean.leads[lead]!.samples;
        const noise = em.leads[lead]!.samples;
        const gain = noiseGain(qrsAmplitude(samples, clean.fs, beats), noiseAmplitude(noise, em.fs), snr);
        const ours = addNoise(samples, noise, clean.fs, gain);
        let noiseSquares = 0;
        let differenceSquares = 0;
        // The header of the published record has the offset of the ADC in its zero.
        const offset = published.leads[lead]!.samples[0]! - samples[0]!;
        for (let i = 0; i < 649_000; i++) {
          noiseSquares += (ours[i]! - samples[i]!) ** 2;
          differenceSquares += (published.leads[lead]!.samples[i]! - offset - ours[i]!) ** 2;
        }
        expect(noiseSquares).toBeGreaterThan(100);
        // The published samples are rounded to ADC steps of 5 µV, and the rounding of their offsets adds up.
        const rms = (squares: number) => Math.sqrt(squares / 649_000);
        expect(rms(differenceSquares)).toBeLessThan(0.03 * rms(noiseSquares) + 0.01);
      }
    },
  );
});
