import { describe, expect, it } from 'vitest';
import { rawLead, standsStill, stillFindings } from './still-signal.js';

describe.each([100, 125, 360, 1000, 10_000])('a lead at %d Hz', (fs) => {
  const lead = (value: (t: number) => number) =>
    rawLead(Float64Array.from({ length: 10 * fs }, (_, i) => value(i / fs)));
  const still = (value: (t: number) => number, t = 5) => standsStill(lead(value), fs, Math.round(t * fs));

  it('stands still around a step, a spike and no beat at all', () => {
    expect(still((t) => (t < 5 ? -5 : 5))).toBe(true);
    expect(still((t) => (Math.abs(t - 5) < 0.004 ? 4 : 0))).toBe(true);
    expect(still(() => 0.3)).toBe(true);
  });

  it('does not around a complex on a line without noise, in noise, at its ends, or where it is missing', () => {
    expect(still((t) => Math.max(0, 1 - Math.abs(t - 5) / 0.03))).toBe(false);
    expect(still((t) => Math.round(1000 * Math.sin(400 * t * t)) / 1000)).toBe(false);
    for (const t of [0, 9.99]) expect(still(Math.sin, t)).toBe(false);
    expect(still(() => Number.NaN)).toBe(false);
  });

  it('says for how much of it one value is kept', () => {
    const codes = (of: ReturnType<typeof lead>, beats: boolean[] = []) =>
      stillFindings(of, fs, beats, '7').map(({ code, message }) => `${code}: ${message}`);
    expect(codes(lead((t) => (t < 3 ? 1 : Math.sin(t))))).toEqual([
      expect.stringMatching(/^SIGNAL_STILL: 30\.\d % of/),
    ]);
    expect(codes(lead((t) => (t % 2 < 1.5 ? 1 : Math.sin(t))))).toEqual([]);
    expect(codes(rawLead([]))).toEqual([]);
    expect(codes(lead(Math.sin), [true, false])).toEqual([expect.stringMatching(/^BEATS_ON_STILL_SIGNAL: 1 of 2/)]);
  });
});
