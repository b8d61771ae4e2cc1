import fc from 'fast-check';
import { expect, it } from 'vitest';
import { detectBeats } from './detector.js';
import { syntheticEcg } from './synthetic-ecg.fixture.js';
import { detectBeatsInTwoLeads } from './two-leads.js';

const fs = 360;
const seconds = 60;
const length = seconds * fs;
/** Beats 0.8 s apart. */
const beats = Array.from({ length: 73 }, (_, k) => Math.round((0.6 + 0.8 * k) * fs));

/** Without the waves of some beats. */
const withoutBeats = (left: readonly number[]) =>
  syntheticEcg(
    length,
    fs,
    beats.filter((_, k) => !left.includes(k)),
  );
/** Adds a spike of 40 ms, about as high as a beat. */
function withSpike(signal: Float64Array, at: number): Float64Array {
  return signal.map((x, i) => x + Math.exp(-(((i - at) / fs / 0.012) ** 2) / 2));
}
/** Beats 0.53 s apart. */
const otherBeats = withSpike(new Float64Array(Math.round(0.53 * fs)), 90);
const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }) => diagnostics.map(({ code }) => code);

it('finds by the second lead what the first misses while it is off', () => {
  const first = withoutBeats([30, 31, 32, 33]);
  const found = detectBeatsInTwoLeads(first, syntheticEcg(length, fs, beats), fs);
  expect(detectBeats(first, fs).samples).toHaveLength(69);
  expect([...found.samples]).toEqual(beats);
  expect(codes(found)).toEqual(['BEATS_ADDED']);
});

it('moves what it finds by the second lead to where the R peak of the first is', () => {
  const late = syntheticEcg(
    length,
    fs,
    beats.map((beat) => beat + 9),
  );
  expect([...detectBeatsInTwoLeads(withoutBeats([30, 31, 32, 33]), late, fs).samples]).toEqual(beats);
});

it('leaves out a spike of the first lead that the second does not show', () => {
  const spike = beats[40]! + Math.round(0.4 * fs);
  const first = withSpike(syntheticEcg(length, fs, beats), spike);
  const found = detectBeatsInTwoLeads(first, syntheticEcg(length, fs, beats), fs);
  expect([...detectBeats(first, fs).samples]).toContain(spike);
  expect([...found.samples]).toEqual(beats);
  expect(codes(found)).toEqual(['BEATS_LEFT_OUT']);
});

it('keeps a beat of both leads, however early', () => {
  const early = [...beats, beats[40]! + Math.round(0.45 * fs)].sort((a, b) => a - b);
  const signal = syntheticEcg(length, fs, early);
  expect([...detectBeatsInTwoLeads(signal, signal, fs).samples]).toEqual(early);
});

it('takes a pause of both leads for one', () => {
  const pause = withoutBeats([30, 31, 32, 33]);
  expect(detectBeatsInTwoLeads(pause, pause, fs).samples).toHaveLength(69);
});

it.each([
  ['has no sample', () => Number.NaN],
  ['is flat', () => 0],
  ['is noise', (i: number) => Math.sin(12.9898 * i * i)],
  ['shows other beats', (i: number) => otherBeats[i % otherBeats.length]!],
])('gives the beats of the first lead where the second %s', (_, sample) => {
  const first = withoutBeats([30, 31, 32, 33]);
  const second = Float64Array.from({ length }, (_, i) => sample(i));
  expect(detectBeatsInTwoLeads(first, second, fs)).toEqual(detectBeats(first, fs));
});

it('finds rising beats inside of the signal, in whatever two leads hold', () => {
  const sample = fc.oneof(
    { weight: 20, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e300) },
  );
  const lead = fc.tuple(fc.array(sample, { maxLength: 900 }), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(lead, lead, ([a, repeatA], [b, repeatB]) => {
      const first = Array.from({ length: repeatA }, () => a).flat();
      const second = Array.from({ length: repeatB }, () => b).flat();
      const { samples } = detectBeatsInTwoLeads(first, second, 100);
      samples.forEach((at, k) => {
        expect(at).toBeGreaterThan(k === 0 ? -1 : samples[k - 1]!);
        expect(at).toBeLessThan(first.length);
      });
    }),
    { numRuns: 60 },
  );
});
