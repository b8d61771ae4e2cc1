import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acrossGaps } from '../filters/gaps.js';
import { medianFilter } from '../filters/median.js';
import { notch } from '../filters/notch.js';
import { sosfiltfilt } from '../filters/sos.js';
import { GapAwareStream } from './gap-aware-stream.js';
import { MedianStream } from './median-stream.js';
import { ecg, expectLatency, fs, range, streamed, worst } from './streamed.fixture.js';
import { ZeroPhaseStream } from './zero-phase-stream.js';

const sizes = fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 8 });
const code = (expected: string) => expect.objectContaining({ name: 'EcgError', code: expected });

describe('GapAwareStream', () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 2999 }), fc.integer({ min: 1, max: 80 })), { maxLength: 6 });

  it('does what acrossGaps does, for any gaps and chunks', () => {
    fc.assert(
      fc.property(gaps, sizes, (holes, chunks) => {
        const signal = ecg.slice(0, 3000);
        for (const [from, length] of holes) signal.fill(Number.NaN, from, from + length);
        const make = () => new MedianStream(51);
        const stream = new GapAwareStream(fs, make);
        expect(streamed(stream, signal, chunks)).toEqual([
          ...acrossGaps(signal, fs, (piece) => medianFilter(piece, 51)),
        ]);
      }),
    );
  });

  it('makes NaN of pieces that are too short, and hands everything out in time', () => {
    const sos = notch({ frequency: 50, fs });
    const signal = ecg.slice(0, 4000);
    for (const [from, to] of [
      [0, 30],
      [500, 530],
      [535, 600],
      [900, 920],
    ] as const)
      signal.fill(Number.NaN, from, to);
    const make = () => new ZeroPhaseStream(sos);
    const batch = acrossGaps(signal, fs, (piece) => sosfiltfilt(sos, piece));
    const out = streamed(new GapAwareStream(fs, make), signal);
    expect(out.map(Number.isNaN)).toEqual([...batch].map(Number.isNaN));
    expect(out.filter(Number.isNaN)).toHaveLength(30 + 100);
    const finite = (x: ArrayLike<number>) => Array.from(x).filter((value) => !Number.isNaN(value));
    expect(worst(finite(out), finite(batch))).toBeLessThan(1e-9 * range);
    expectLatency(new GapAwareStream(fs, make), signal);
  });

  it('refuses a bridge of less than nothing', () => {
    expect(() => new GapAwareStream(fs, () => new MedianStream(3), -1)).toThrow(code('GAP_OPTION'));
  });
});
