import { resampleTo } from '@ecgpu/ecg-dsp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEAT_CONTRACT, type InputContract } from './contract.js';
import { networkInputs } from './network-inputs.js';
import { prepareBeats, prepareRecord, type RecordBeats } from './record-beats.js';
import { problemNames } from './signal-problems.js';

const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

/** Seconds of a regular rhythm, one beat every 0.8 s from 0.6 s on: Gaussians as QRS (1 mV, 12 ms) and T wave. */
function heart(seconds: number, fs: number): { samples: Float64Array; peaks: number[] } {
  const times = Array.from({ length: Math.floor((seconds - 0.6) / 0.8) + 1 }, (_, i) => 0.6 + 0.8 * i);
  const bump = (t: number, height: number, width: number) => height * Math.exp(-0.5 * (t / width) ** 2);
  const samples = Float64Array.from({ length: Math.round(seconds * fs) }, (_, i) => {
    const t = i / fs;
    return times.reduce((sum, r) => sum + bump(t - r, 1, 0.012) + bump(t - r - 0.3, 0.2, 0.04), 0.1);
  });
  return { samples, peaks: times.map((t) => Math.round(t * fs)).filter((peak) => peak < samples.length) };
}

function allFinite(beats: RecordBeats): boolean {
  const { windows, features } = networkInputs(beats, BEAT_CONTRACT);
  return [windows, features, beats.template].every((values) => values.every(Number.isFinite));
}

function codes(beats: RecordBeats): string[] {
  return beats.diagnostics.map((diagnostic) => diagnostic.code);
}

function reasons(beats: RecordBeats): string[] {
  return Array.from(beats.problems, (bits) => problemNames(bits).join(' '));
}

describe('prepareBeats', () => {
  it('scales the beats, takes the template off and finds a regular rhythm', () => {
    const { samples, peaks } = heart(60, 360);
    const beats = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT);
    const { count, windows, features } = networkInputs(beats, BEAT_CONTRACT);
    expect(count).toBe(peaks.length);
    expect(windows.length).toBe(count * 2 * 160);
    expect(features.length).toBe(count * 15);
    expect(beats.scale).toBeGreaterThan(0.5);
    expect(beats.scale).toBeLessThan(1);
    const middle = 20;
    const [beat, difference] = [0, 1].map((c) => windows.subarray((2 * middle + c) * 160, (2 * middle + c + 1) * 160));
    expect(beat!.indexOf(Math.max(...beat!))).toBe(72);
    expect(Math.max(...beat!) - Math.min(...beat!.subarray(60, 85))).toBeCloseTo(1, 3);
    expect(Math.max(...difference!.map(Math.abs))).toBeLessThan(0.02);
    for (const feature of features) expect(Math.abs(feature)).toBeLessThan(1e-6);
    expect(beats.diagnostics).toEqual([]);
    expect(reasons(beats).join('')).toBe('');
  });

  it('takes nothing from what lies after `learnedUntil`', () => {
    const { samples, peaks } = heart(60, 360);
    const [half, early] = [20 * 360, peaks.filter((peak) => peak < 15 * 360).length];
    const larger = samples.map((x, i) => (i < half ? x : 3 * x));
    const slower = peaks.map((peak) => (peak < half ? peak : Math.round(peak + (peak - half) / 8)));
    const inside = slower.filter((peak) => peak < samples.length);
    const learned = { learnedUntil: half };
    const a = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT, learned);
    const b = prepareBeats({ samples: larger, fs: 360 }, inside, BEAT_CONTRACT, learned);
    expect(b.scale).toBeCloseTo(a.scale, 6);
    b.template.forEach((x, i) => {
      expect(x).toBeCloseTo(a.template[i]!, 6);
    });
    const global = BEAT_CONTRACT.rhythm.features.indexOf('log(r[0]/global)');
    for (let beat = 0; beat < early; beat++) {
      expect(b.features[beat * 15 + global]).toBeCloseTo(a.features[beat * 15 + global]!, 6);
    }
    const whole = prepareBeats({ samples: larger, fs: 360 }, peaks, BEAT_CONTRACT);
    expect(whole.scale).toBeGreaterThan(1.2 * a.scale);
  });

  it.each([100, 128, 200, 250, 257.5, 500, 720, 1000])('gives at %d Hz what it gives at 360 Hz', (fs) => {
    const wanted = heart(60, 360);
    const other = heart(60, fs);
    const a = networkInputs(
      prepareBeats({ samples: wanted.samples, fs: 360 }, wanted.peaks, BEAT_CONTRACT),
      BEAT_CONTRACT,
    );
    const b = networkInputs(prepareBeats({ samples: other.samples, fs }, other.peaks, BEAT_CONTRACT), BEAT_CONTRACT);
    expect(b.count).toBe(a.count);
    // A peak is rounded to the sample, at 120 Hz by up to 4 ms, and the QRS is 28 ms wide at half its height: the same
    // beats must correlate, not coincide.
    for (let beat = 3; beat < a.count - 3; beat++) {
      const window = (set: typeof a) => set.windows.subarray(beat * 320, beat * 320 + 160);
      expect(correlation(window(a), window(b))).toBeGreaterThan(0.93);
    }
  });

  it('is not moved by the polyphase resampler: whole and broken ratios agree on a smooth signal', () => {
    const { samples } = heart(20, 480);
    const peaks = heart(20, 480).peaks;
    const broken = resampleTo(samples, 480, 450);
    const a = prepareBeats({ samples, fs: 480 }, peaks, BEAT_CONTRACT);
    const b = prepareBeats(
      { samples: broken, fs: 450 },
      peaks.map((peak) => peak * 0.9375),
      BEAT_CONTRACT,
    );
    expect(largestDifference(a.beats, b.beats)).toBeLessThan(0.02);
  });

  it('keeps a margin on both sides of the same windows', () => {
    const { samples, peaks } = heart(30, 360);
    const narrow = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT);
    const wide = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT, { margin: 3 });
    expect(wide.beats.length).toBe(peaks.length * 166);
    expect(networkInputs(wide, BEAT_CONTRACT)).toEqual(networkInputs(narrow, BEAT_CONTRACT));
  });

  it('takes its template from beats that are not premature, even where most are', () => {
    const contract: InputContract = { ...BEAT_CONTRACT, template: { ...BEAT_CONTRACT.template, fewest: 5 } };
    const fs = 360;
    // Two of three beats come early and point down.
    const peaks: number[] = [];
    const heights: number[] = [];
    for (let t = 1; t < 120; ) {
      for (const [interval, height] of [
        [1.2, 1],
        [0.5, -1],
        [0.5, -1],
      ] as const) {
        t += interval;
        peaks.push(Math.round(t * fs));
        heights.push(height);
      }
    }
    const samples = new Float64Array(130 * fs);
    peaks.forEach((peak, i) => {
      for (let k = -20; k <= 20; k++) samples[peak + k]! += heights[i]! * Math.exp(-0.5 * (k / 4) ** 2);
    });
    const { template } = prepareBeats({ samples, fs }, peaks, contract);
    expect(template[72]).toBeGreaterThan(0.5);
  });

  it('gives nothing for no beats', () => {
    const beats = prepareBeats({ samples: heart(10, 360).samples, fs: 360 }, [], BEAT_CONTRACT);
    expect([beats.count, beats.beats.length, beats.features.length]).toEqual([0, 0, 0]);
    expect(codes(beats)).toEqual(['NO_BEATS']);
    expect(allFinite(beats)).toBe(true);
  });

  it('marks one beat alone, which has no rhythm', () => {
    const beats = prepareBeats({ samples: heart(5, 360).samples, fs: 360 }, [216], BEAT_CONTRACT);
    expect(reasons(beats)).toEqual(['rhythmUnknown']);
    expect([...beats.features]).toEqual(Array(15).fill(0));
    expect(codes(beats)).toEqual(['RHYTHM_UNKNOWN']);
    expect(Math.max(...beats.beats)).toBeGreaterThan(0.5);
  });

  it('marks beats on a flat line', () => {
    const beats = prepareBeats(
      { samples: new Float64Array(3600).fill(-0.3), fs: 360 },
      [500, 900, 1300],
      BEAT_CONTRACT,
    );
    expect(reasons(beats)).toEqual(['flat', 'flat', 'flat']);
    expect(codes(beats)).toEqual(['BEATS_ON_FLAT_SIGNAL']);
    expect(beats.scale).toBe(0.1);
    expect(allFinite(beats)).toBe(true);
  });

  it('marks beats in a gap and leaves the others as they were', () => {
    const { samples, peaks } = heart(60, 360);
    const whole = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT);
    samples.fill(Number.NaN, 20 * 360, 30 * 360);
    const beats = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT);
    expect(allFinite(beats)).toBe(true);
    expect(codes(beats)).toEqual(['SIGNAL_MISSING', 'BEATS_WITHOUT_SIGNAL']);
    const marked = reasons(beats).map((reason) => reason === 'missing');
    peaks.forEach((peak, i) => {
      const t = peak / 360;
      if (t > 20 && t < 30) expect(marked[i]).toBe(true);
      if (t < 19 || t > 31) expect(marked[i]).toBe(false);
    });
    const far = peaks.findIndex((peak) => peak > 45 * 360) * 160;
    expect(largestDifference(beats.beats.subarray(far), whole.beats.subarray(far))).toBeLessThan(0.01);
  });

  it('takes a sample of a megavolt for none', () => {
    const { samples, peaks } = heart(20, 360);
    const whole = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT);
    samples[3000] = 1e9;
    const beats = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT);
    expect(largestDifference(beats.beats, whole.beats)).toBeLessThan(0.01);
  });

  it('bridges a gap of a few samples', () => {
    const { samples, peaks } = heart(20, 360);
    samples.fill(Number.NaN, 3000, 3010);
    expect(codes(prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT))).toEqual([]);
  });

  it('says that a record is too short to filter', () => {
    const beats = prepareBeats({ samples: Float64Array.of(0, 1, 0, -1), fs: 360 }, [1, 3], BEAT_CONTRACT);
    expect(reasons(beats)).toEqual(['missing', 'missing']);
    expect(codes(beats)).toEqual(['NO_SIGNAL', 'BEATS_WITHOUT_SIGNAL']);
    expect(allFinite(beats)).toBe(true);
    expect(codes(prepareBeats({ samples: [], fs: 360 }, [], BEAT_CONTRACT))).toContain('NO_BEATS');
  });

  it('refuses peaks out of place and rates out of range', () => {
    const { samples } = heart(10, 360);
    const prepare = (peaks: number[], fs = 360) => prepareBeats({ samples, fs }, peaks, BEAT_CONTRACT);
    expect(() => prepare([100, 3600])).toThrow(code('PEAK_OUT_OF_RANGE'));
    expect(() => prepare([200, 100])).toThrow(code('PEAKS_NOT_RISING'));
    expect(() => prepare([100], 50)).toThrow(code('RATE_NOT_ACCEPTED'));
    expect(() => prepare([100], Number.NaN)).toThrow(code('RATE_NOT_ACCEPTED'));
  });

  it('never throws and never gives NaN, whatever the signal holds', () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300) },
    );
    const signal = fc.tuple(fc.array(value, { maxLength: 40 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(signal, fc.uniqueArray(fc.nat(1599), { maxLength: 12 }), ([values, repeat], peaks) => {
        const samples = Float64Array.from(values.flatMap((x) => Array<number>(repeat).fill(x)));
        const inside = peaks.filter((peak) => peak < samples.length).sort((a, b) => a - b);
        const beats = prepareBeats({ samples, fs: 250 }, inside, BEAT_CONTRACT);
        expect(beats.count).toBe(inside.length);
        expect(allFinite(beats)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe('prepareRecord', () => {
  const { samples, peaks } = heart(20, 360);
  const record = (leads: readonly [name: string, units: string, samples: Float64Array][]) => ({
    name: 'r',
    fs: 360,
    length: samples.length,
    leads: leads.map(([name, units, values]) => ({ name, units, samples: values })),
    comments: [],
    diagnostics: [],
  });
  const other = samples.map((x) => -x);

  it('takes the lead the contract prefers, wherever it stands', () => {
    const swapped = prepareRecord(
      record([
        ['V5', 'mV', other],
        ['mlii', 'mV', samples],
      ]),
      peaks,
      BEAT_CONTRACT,
    );
    const straight = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT);
    expect(swapped.lead).toBe('mlii');
    expect(swapped.beats).toEqual(straight.beats);
    expect(swapped.diagnostics).toEqual([]);
  });

  it('converts microvolts and volts', () => {
    const straight = prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT);
    for (const [units, factor] of [
      ['uV', 1e3],
      ['V', 1e-3],
    ] as const) {
      const converted = prepareRecord(record([['II', units, samples.map((x) => x * factor)]]), peaks, BEAT_CONTRACT);
      expect(converted.scale).toBeCloseTo(straight.scale, 12);
    }
    const pressure = record([['II', 'mmHg', samples]]);
    expect(() => prepareRecord(pressure, peaks, BEAT_CONTRACT)).toThrow(code('UNITS_UNKNOWN'));
  });

  it('says when it takes a lead the model has not learned from, or refuses where the contract does', () => {
    const v5 = record([['V5', 'mV', samples]]);
    expect(codes(prepareRecord(v5, peaks, BEAT_CONTRACT))).toEqual(['LEAD_SUBSTITUTED']);
    expect(codes(prepareRecord(v5, peaks, BEAT_CONTRACT, { lead: 'v5' }))).toEqual([]);
    const strict: InputContract = { ...BEAT_CONTRACT, leads: { ...BEAT_CONTRACT.leads, otherwise: 'refuse' } };
    expect(() => prepareRecord(v5, peaks, strict)).toThrow(code('LEAD_NOT_FOUND'));
    expect(() => prepareRecord(v5, peaks, BEAT_CONTRACT, { lead: 'II' })).toThrow(code('LEAD_NOT_FOUND'));
    expect(() => prepareRecord(v5, peaks, BEAT_CONTRACT, { lead: 1 })).toThrow(code('LEAD_NOT_FOUND'));
    expect(() => prepareRecord(record([]), [], BEAT_CONTRACT)).toThrow(code('LEAD_NOT_FOUND'));
  });
});

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}

function correlation(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
