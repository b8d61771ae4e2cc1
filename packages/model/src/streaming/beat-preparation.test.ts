import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEAT_CONTRACT, withSecondLead } from '../preprocess/contract.js';
import { networkInputs } from '../preprocess/network-inputs.js';
import { prepareBeats } from '../preprocess/record-beats.js';
import { problemNames } from '../preprocess/signal-problems.js';
import { BeatPreparation, type PreparedBeat } from './beat-preparation.js';
import { joinPrepared, prepareCausally } from './prepare-causally.js';
import { streamContract } from './stream-contract.js';
import { chunks, rhythm } from './stream-signal.fixture.js';

const contract = streamContract(BEAT_CONTRACT);
const ofTwoLeads = streamContract(withSecondLead(BEAT_CONTRACT));
const code = (expected: string) =>
  expect.objectContaining({ name: 'EcgError', code: expected, fix: expect.any(String) });

/** Peaks are told `late` samples after they passed. */
function streamed(
  samples: Float64Array,
  peaks: readonly number[],
  sizes: readonly number[],
  late: number,
  { fs = 360, second }: { readonly fs?: number; readonly second?: Float64Array } = {},
) {
  const preparation = new BeatPreparation(fs, second ? ofTwoLeads : contract);
  const beats: PreparedBeat[] = [];
  let [pushed, told] = [0, 0];
  for (const chunk of chunks(samples, sizes)) {
    preparation.push(chunk, second?.subarray(pushed, pushed + chunk.length));
    pushed += chunk.length;
    while (told < peaks.length && peaks[told]! < pushed - late) preparation.addPeak(peaks[told++]!);
    beats.push(...preparation.take(Math.max(0, pushed - late)));
  }
  while (told < peaks.length) preparation.addPeak(peaks[told++]!);
  return [...beats, ...preparation.flush()];
}

describe('BeatPreparation', () => {
  it('gives the same for any chunks, with gaps and pauses in the signal', () => {
    const { samples, peaks } = rhythm(90, 250);
    samples.fill(Number.NaN, 20 * 250, 23 * 250);
    const kept = peaks.filter((peak) => peak < 40 * 250 || peak > 57 * 250);
    const whole = prepareCausally({ samples, fs: 250 }, kept, contract);
    expect(whole.map(({ sample }) => sample)).toEqual(kept);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 1500 }),
        (sizes, late) => {
          expect(streamed(samples, kept, sizes, late, { fs: 250 })).toEqual(whole);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('gives the same of two leads for any chunks, each measured by itself, with a gap in either', () => {
    const { samples, peaks } = rhythm(90, 250);
    const second = samples.map((x, i) => -0.4 * x + 0.1 * Math.sin(i / 40));
    samples.fill(Number.NaN, 20 * 250, 23 * 250);
    second.fill(Number.NaN, 50 * 250, 58 * 250);
    // Short enough to be bridged, or not, depending on what comes next.
    second.fill(Number.NaN, 70 * 250, 70 * 250 + 25);
    const whole = prepareCausally({ samples, fs: 250 }, peaks, ofTwoLeads, second);
    const alone = (lead: Float64Array) => prepareCausally({ samples: lead, fs: 250 }, peaks, contract);
    expect(whole.map(({ second: _, ...first }) => first)).toEqual(alone(samples));
    expect(whole.map((beat) => beat.second!)).toEqual(
      alone(second).map(({ windows, problems }) => ({ windows, problems })),
    );
    const { present } = joinPrepared(whole).second!;
    const absent = peaks.filter((_, beat) => present[beat] === 0).map((peak) => peak / 250);
    expect(absent.length).toBeGreaterThan(8);
    expect(absent.every((time) => time > 49 && time < 59)).toBe(true);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 1500 }),
        (sizes, late) => {
          expect(streamed(samples, peaks, sizes, late, { fs: 250, second })).toEqual(whole);
        },
      ),
      { numRuns: 4 },
    );
  });

  it('settles on what the whole record gives', () => {
    const { samples, peaks } = rhythm(240, 360);
    const whole = networkInputs(prepareBeats({ samples, fs: 360 }, peaks, BEAT_CONTRACT), BEAT_CONTRACT);
    const causal = joinPrepared(prepareCausally({ samples, fs: 360 }, peaks, contract));
    expect(causal.count).toBe(whole.count);
    const difference = (name: 'windows' | 'features', width: number) => {
      const [a, b] = [causal, whole].map((set) => set[name].subarray(100 * width, (whole.count - 20) * width));
      return a!.reduce((most, x, i) => Math.max(most, Math.abs(x - b![i]!)), 0);
    };
    expect(difference('windows', 320)).toBeLessThan(0.03);
    expect(difference('features', 15)).toBeLessThan(0.02);
  });

  it('prepares a beat when those that must follow are there, and before a pause without them', () => {
    const { samples, peaks } = rhythm(60, 360);
    const few = peaks.filter((peak) => peak < 30 * 360);
    const preparation = new BeatPreparation(360, contract);
    for (const peak of few) preparation.addPeak(peak);
    preparation.push(samples.subarray(0, 34 * 360));
    const { following, pause } = contract.running;
    expect(preparation.take(34 * 360)).toHaveLength(few.length - following);
    const end = few.at(-1)! + pause * 360;
    preparation.push(samples.subarray(34 * 360, end + 1));
    expect(preparation.take(end)).toHaveLength(0);
    expect(preparation.take(end + 1)).toHaveLength(following);
  });

  it('marks beats on missing and flat signal and the beat that is alone, and gives no NaN', () => {
    const { samples, peaks } = rhythm(60, 360);
    samples.fill(Number.NaN, 20 * 360, 30 * 360);
    samples.fill(0.2, 40 * 360, 50 * 360);
    const beats = prepareCausally({ samples, fs: 360 }, peaks, contract);
    for (const { sample, problems, windows, features } of beats) {
      const t = sample / 360;
      const names = problemNames(problems).join();
      if (t > 20 && t < 30) expect(names).toBe('missing');
      else if (t > 44 && t < 47) expect(names).toBe('flat');
      else if (t < 19 || (t > 31 && t < 39) || t > 51) expect(names).toBe('');
      expect(windows.every(Number.isFinite) && features.every(Number.isFinite)).toBe(true);
    }
    const [alone] = prepareCausally({ samples: samples.subarray(0, 1800), fs: 360 }, [peaks[0]!], contract);
    expect(problemNames(alone!.problems)).toEqual(['rhythmUnknown']);
    expect([...alone!.features]).toEqual(Array(15).fill(0));
    expect(prepareCausally({ samples: [], fs: 360 }, [], contract)).toEqual([]);
  });

  it('refuses rates out of range, peaks that do not rise or lie beyond the end, and leads that do not fit', () => {
    const { samples } = rhythm(5, 360);
    expect(() => new BeatPreparation(50, contract)).toThrow(code('RATE_NOT_ACCEPTED'));
    const prepare = (peaks: number[]) => prepareCausally({ samples, fs: 360 }, peaks, contract);
    expect(() => prepare([500, 500])).toThrow(code('PEAKS_NOT_RISING'));
    expect(() => prepare([-1])).toThrow(code('PEAKS_NOT_RISING'));
    expect(() => prepare([300, 1800])).toThrow(code('PEAK_OUT_OF_RANGE'));
    const leads = (of: typeof contract, second: number[]) => () => new BeatPreparation(360, of).push([1, 2], second);
    expect(leads(ofTwoLeads, [1])).toThrow(code('LEADS_UNEQUAL'));
    expect(leads(contract, [1, 2])).toThrow(code('LEADS_TOO_MANY'));
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
        const beats = prepareCausally({ samples, fs: 250 }, inside, contract);
        expect(beats.map(({ sample }) => sample)).toEqual(inside);
        for (const { windows, features } of beats) {
          expect(windows.every(Number.isFinite) && features.every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
