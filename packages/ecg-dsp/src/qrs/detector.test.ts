import { describe, expect, it } from 'vitest';
import { detectBeats } from './detector.js';
import { detectors, findDetector, listDetectors } from './detectors.js';
import { syntheticEcg } from './synthetic-ecg.fixture.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });
const codes = (detection: { diagnostics: readonly { code: string }[] }) =>
  detection.diagnostics.map((diagnostic) => diagnostic.code);

/** Samples of eight hours at 100 Hz. */
const EIGHT_HOURS = 8 * 3600 * 100;

/** Beats every 0.7 to 0.9 s. */
function steadyPeaks(fs: number, seconds: number): number[] {
  const peaks: number[] = [];
  for (let t = 0.6, k = 0; t < seconds - 0.6; t += 0.8 + 0.1 * Math.sin(k++)) peaks.push(Math.round(t * fs));
  return peaks;
}

describe.each(detectors)('detector $name', (detector) => {
  it.each([130, 250, 360, 500, 1000])('finds the R peak of every beat at %i Hz', (fs) => {
    const peaks = steadyPeaks(fs, 40);
    const found = detectBeats(syntheticEcg(40 * fs, fs, peaks), fs, { detector });
    expect([...found.samples]).toEqual(peaks);
    expect(found).toMatchObject({ method: detector.name, marks: 'R', diagnostics: [] });
  });

  it('finds the peaks of an inverted lead and says so', () => {
    const peaks = steadyPeaks(360, 40);
    const found = detectBeats(syntheticEcg(40 * 360, 360, peaks, { inverted: true }), 360, { detector });
    expect([...found.samples]).toEqual(peaks);
    expect(codes(found)).toContain('INVERTED_LEAD');
  });

  it('does not care about offset, gain and unit', () => {
    const peaks = steadyPeaks(360, 40);
    const signal = syntheticEcg(40 * 360, 360, peaks);
    expect([
      ...detectBeats(
        signal.map((v) => 1000 * v + 1e6),
        360,
        { detector },
      ).samples,
    ]).toEqual(peaks);
    expect([
      ...detectBeats(
        signal.map((v) => 1e-3 * v - 1),
        360,
        { detector },
      ).samples,
    ]).toEqual(peaks);
  });

  it.each([
    ['no samples', new Float64Array(0)],
    ['one sample', new Float64Array(1).fill(3)],
    ['a constant', new Float64Array(20_000).fill(0.7)],
    ['NaN only', new Float64Array(20_000).fill(Number.NaN)],
    ['infinity only', new Float64Array(20_000).fill(Number.POSITIVE_INFINITY)],
    ['a constant of 1e9', new Float64Array(20_000).fill(1e9)],
    ['eight hours of nothing', new Float64Array(EIGHT_HOURS)],
  ])('finds nothing in %s, and says so', (_, signal) => {
    const found = detectBeats(signal, 100, { detector });
    expect(found.samples).toHaveLength(0);
    expect(codes(found)).toContain('NO_BEATS');
  });

  it.each([
    ['a step and then eight hours of nothing', (i: number) => (i < 1000 ? 0 : 1), EIGHT_HOURS],
    [
      'one beat and then half an hour of small noise',
      (i: number) => (i === 500 ? 100 : 0.01 * Math.sin(12.9898 * i * i)),
      180_000,
    ],
    ['saturation', (i: number) => (i % 700 < 350 ? -5 : 5), 100_000],
    ['noise', (i: number) => Math.sin(12.9898 * i * i), 100_000],
    ['every other sample missing', (i: number) => (i % 2 === 0 ? Number.NaN : Math.sin(i / 9)), 100_000],
    ['huge values', (i: number) => 1e300 * Math.sin(i), 100_000],
    ['values too small to be normal numbers', (i: number) => 1e-310 * Math.sin(i), 100_000],
  ])('ends on %s, with indices that rise', (_, value, length) => {
    const { samples } = detectBeats(
      Float64Array.from({ length }, (_, i) => value(i)),
      100,
      { detector },
    );
    samples.forEach((sample, k) => {
      expect(sample > (samples[k - 1] ?? -1) && sample < length).toBe(true);
    });
    expect(samples.length).toBeLessThan(length / 12);
  });

  it('bridges a gap: no beat inside, and those around it are found', () => {
    const peaks = steadyPeaks(360, 60);
    const signal = syntheticEcg(60 * 360, 360, peaks);
    signal.fill(Number.NaN, 20 * 360, 25 * 360);
    const away = (sample: number) => sample < 19.5 * 360 || sample > 25.5 * 360;
    const found = [...detectBeats(signal, 360, { detector }).samples];
    expect(found.filter((sample) => sample >= 20 * 360 && sample < 25 * 360)).toEqual([]);
    expect(found.filter(away)).toEqual(peaks.filter(away));
  });
});

describe('choosing a detector', () => {
  it('takes names in any case and lists those that exist', () => {
    expect(listDetectors()).toEqual(['ecgpu', 'xqrs', 'pantompkins', 'hamilton', 'neurokit']);
    expect(findDetector('ECGPU').name).toBe('ecgpu');
    expect(() => findDetector('nobody')).toThrow(code('UNKNOWN_DETECTOR'));
  });

  it('refuses sampling rates that cannot be', () => {
    for (const fs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => detectBeats([1, 2], fs)).toThrow(code('FS_INVALID'));
    expect(() => detectBeats([1, 2], 20)).toThrow(code('FS_TOO_LOW'));
  });
});
