import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { butterworth } from '../filters/butterworth.js';
import { filtfilt } from '../filters/filtfilt.js';
import { notch } from '../filters/notch.js';
import { sosfiltfilt } from '../filters/sos.js';
import { ecg, expectLatency, fs, range, streamed, worst } from './streamed.fixture.js';
import { ZeroPhaseStream } from './zero-phase-stream.js';

const sizes = fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 8 });
const code = (expected: string) => expect.objectContaining({ name: 'EcgError', code: expected });

describe('ZeroPhaseStream', () => {
  const filters = {
    highpass: butterworth({ order: 2, type: 'highpass', cutoff: 0.5, fs }),
    bandpass: butterworth({ order: 3, type: 'bandpass', cutoff: [0.5, 40], fs }),
    notch: notch({ frequency: 50, fs }),
  };

  it.each(Object.entries(filters))('is within its tolerance of sosfiltfilt, %s, for any chunks', (_, sos) => {
    const batch = sosfiltfilt(sos, ecg);
    const once = streamed(new ZeroPhaseStream(sos), ecg);
    expect(worst(once, batch)).toBeLessThan(1e-9 * range);
    fc.assert(
      fc.property(sizes, (chunks) => {
        expect(streamed(new ZeroPhaseStream(sos), ecg, chunks)).toEqual(once);
      }),
      { numRuns: 10 },
    );
  });

  it('takes a looser tolerance for less latency, and keeps to it', () => {
    const exact = new ZeroPhaseStream(filters.highpass, { block: 100 });
    const loose = new ZeroPhaseStream(filters.highpass, { tolerance: 1e-4, block: 100 });
    expect(loose.latency).toBeLessThan(exact.latency / 2);
    const error = worst(streamed(loose, ecg), sosfiltfilt(filters.highpass, ecg));
    expect(error).toBeLessThan(1e-4 * range);
    expect(error).toBeGreaterThan(1e-9);
  });

  it('takes a transfer function as filtfilt does', () => {
    const boxcar = { b: [0.2, 0.2, 0.2, 0.2, 0.2], a: [1] };
    expect(worst(streamed(new ZeroPhaseStream(boxcar), ecg), filtfilt(boxcar, ecg))).toBeLessThan(1e-12);
  });

  it('hands everything out in time', () => {
    expectLatency(new ZeroPhaseStream(filters.highpass), ecg);
    expectLatency(new ZeroPhaseStream(filters.bandpass, { tolerance: 1e-6, block: 50 }), ecg);
  });

  it('refuses what sosfiltfilt refuses, and begins anew after its end', () => {
    const stream = new ZeroPhaseStream(filters.notch);
    expect(stream.flush()).toHaveLength(0);
    stream.push([1, 2, 3]);
    expect(() => stream.flush()).toThrow(code('SIGNAL_TOO_SHORT'));
    expect(() => stream.push([Number.NaN])).toThrow(code('SIGNAL_NOT_FINITE'));
    expect(worst(streamed(stream, ecg.slice(0, 500)), sosfiltfilt(filters.notch, ecg.slice(0, 500)))).toBeLessThan(
      1e-9,
    );
    expect(() => new ZeroPhaseStream(filters.notch, { tolerance: 0 })).toThrow(code('STREAM_OPTION'));
    expect(() => new ZeroPhaseStream(filters.notch, { block: 0.5 })).toThrow(code('STREAM_OPTION'));
    expect(() => new ZeroPhaseStream({ b: [1], a: [1, -1] })).toThrow(code('FILTER_UNSTABLE'));
  });
});
