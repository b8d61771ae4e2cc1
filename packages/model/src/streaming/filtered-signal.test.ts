import { describe, expect, it } from 'vitest';
import { cleanSignal } from '../preprocess/clean-signal.js';
import { BEAT_CONTRACT } from '../preprocess/contract.js';
import { FilteredSignal } from './filtered-signal.js';
import { streamContract } from './stream-contract.js';
import { rhythm } from './stream-signal.fixture.js';

const contract = streamContract(BEAT_CONTRACT);

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}

describe('FilteredSignal', () => {
  it.each([100, 128, 250, 257.5, 360, 500, 1000])('gives at %d Hz what filtering the whole gives', (fs) => {
    const { samples } = rhythm(40, fs);
    const whole = cleanSignal(samples, fs, contract);
    const signal = new FilteredSignal(fs, contract);
    signal.push(samples);
    const settled = signal.knownTo;
    expect(Math.abs(settled - (40 - contract.running.settling) * contract.fs)).toBeLessThan(0.2 * contract.fs);
    const from = 10 * contract.fs;
    const { samples: found, missing } = signal.stretch(from, settled);
    expect(missing.every((x) => x === 0)).toBe(true);
    // What the backward pass has not seen is forgotten to 1 % after 2 s; the signal's range is 1.5 mV.
    expect(largestDifference(found, whole.samples.subarray(from, settled))).toBeLessThan(0.015);
    signal.end();
    expect(signal.knownTo).toBe(whole.samples.length);
    const rest = signal.stretch(from, signal.knownTo);
    expect(largestDifference(rest.samples, whole.samples.subarray(from))).toBeLessThan(0.05);
  });

  it('bridges short gaps, keeps long ones, and takes a sample of a megavolt for none', () => {
    const fs = 360;
    const { samples } = rhythm(20, fs);
    samples.fill(Number.NaN, 0, 5);
    samples.fill(Number.NaN, 1000, 1036);
    samples.fill(Number.NaN, 3000, 3037);
    samples.fill(Number.NaN, 7190);
    samples[5000] = 1e9;
    const signal = new FilteredSignal(fs, contract);
    for (const sample of samples) signal.push([sample]);
    signal.end();
    const { missing, samples: found } = signal.stretch(0, signal.knownTo);
    expect(missing).toEqual(cleanSignal(samples, fs, contract).missing);
    expect(found.every(Number.isFinite)).toBe(true);
    expect(found.filter((x, m) => missing[m] === 1 && x !== 0)).toHaveLength(0);
  });
});
