import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ButterworthDesign, butterworth } from './butterworth.js';
import { filtfilt, lfilter, lfilterInitialState } from './filtfilt.js';
import { medianFilter } from './median.js';
import { notch } from './notch.js';
import { resamplePoly } from './resample.js';
import vectors from './scipy.vectors.json';
import { sosfilt, sosfiltfilt, sosfiltInitialState } from './sos.js';
import { approximationAt, approximationLength, baselineAt } from './wavelet.js';

const TOLERANCE = 1e-10;

/** Largest difference relative to the larger of 1 and the expected value's magnitude. */
function worst(actual: ArrayLike<number>, expected: readonly number[], stride = 1): number {
  expect(Math.ceil(actual.length / stride)).toBe(expected.length);
  return expected.reduce((most, value, i) => {
    const difference = Math.abs(actual[i * stride]! - value) / Math.max(1, Math.abs(value));
    return Math.max(difference, most);
  }, 0);
}

describe('Butterworth filters equal scipy', () => {
  for (const expected of vectors.butterworth) {
    it(`${expected.type} order ${expected.order} at ${expected.cutoff} Hz`, () => {
      const sos = butterworth({ ...expected, fs: vectors.fs } as unknown as ButterworthDesign);
      expect(worst(sos.flat(), expected.sos.flat())).toBeLessThan(TOLERANCE);
      const zi = sosfiltInitialState(sos);
      // The resting state divides by each section's denominator at DC, which is all rounding for poles close to 1.
      const conditioning = Math.max(...sos.map(([, , , , a1, a2]) => 1 / (1 + a1 + a2)));
      expect(worst(zi, expected.zi)).toBeLessThan(Math.max(TOLERANCE, 8 * Number.EPSILON * conditioning));
      const state = zi.map((value) => value * vectors.x[0]!);
      expect(worst(sosfilt(sos, vectors.x, state), expected.causal, 17)).toBeLessThan(TOLERANCE);
      expect(worst(state, expected.state)).toBeLessThan(TOLERANCE);
      expect(worst(sosfiltfilt(sos, vectors.x), expected.zeroPhase, 17)).toBeLessThan(TOLERANCE);
    });
  }
});

describe('notches equal scipy', () => {
  for (const { frequency, quality, sos, zeroPhase } of vectors.notch) {
    it(`${frequency} Hz, quality ${quality}`, () => {
      const design = notch({ frequency, quality, fs: vectors.fs });
      expect(worst(design.flat(), sos)).toBeLessThan(TOLERANCE);
      expect(worst(sosfiltfilt(design, vectors.x), zeroPhase, 17)).toBeLessThan(TOLERANCE);
    });
  }
});

describe('filters given as polynomials equal scipy', () => {
  for (const { b, a, causal, state, zeroPhase } of vectors.transfer) {
    it(`b ${b.length}, a ${a.length}`, () => {
      const rest = lfilterInitialState({ b, a }).map((value) => value * vectors.x[0]!);
      expect(worst(lfilter({ b, a }, vectors.x, rest), causal, 17)).toBeLessThan(TOLERANCE);
      expect(worst(rest, state)).toBeLessThan(TOLERANCE);
      expect(worst(filtfilt({ b, a }, vectors.x), zeroPhase, 17)).toBeLessThan(TOLERANCE);
    });
  }
});

describe('the wavelet approximation is what its definition says', () => {
  for (const { length, approximation } of vectors.db6) {
    it(`${length} samples`, () => {
      const coefficients = Array.from({ length: approximationLength(length) }, (_, k) =>
        approximationAt(k, length, (index) => vectors.x[index]!),
      );
      expect(worst(coefficients, approximation)).toBeLessThan(TOLERANCE);
      // What the coefficients make has the same coefficients again, where no end is near: the wavelet is orthonormal.
      const smooth = Array.from({ length }, (_, i) => baselineAt(i, (index) => coefficients[index]!));
      for (let k = 6; k < coefficients.length - 6; k++) {
        expect(approximationAt(k, length, (index) => smooth[index]!)).toBeCloseTo(coefficients[k]!, 10);
      }
    });
  }
});

describe('the sliding median equals scipy.signal.medfilt', () => {
  for (const expected of vectors.median) {
    it(`width ${expected.width}`, () => {
      expect(worst(medianFilter(vectors.x, expected.width, { edges: 'zero' }), expected.y, 5)).toBe(0);
    });
  }
});

describe('resampling equals scipy.signal.resample_poly', () => {
  for (const { up, down, padType, y } of vectors.resample) {
    it(`${up}/${down}, ${padType}`, () => {
      expect(worst(resamplePoly(vectors.x, up, down, { padType: padType as 'line' | 'constant' }), y, 11)).toBeLessThan(
        TOLERANCE,
      );
    });
  }
});

it('the committed vectors are what the installed scipy answers', (ctx) => {
  const script = fileURLToPath(new URL('../../scripts/make-scipy-vectors.py', import.meta.url));
  const python = process.env.PYTHON ?? '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import scipy.signal']).status !== 0) {
    if (process.env.REQUIRE_SCIPY === '1') throw new Error(`REQUIRE_SCIPY=1, but ${python} cannot import scipy.`);
    ctx.skip(`${python} cannot import scipy: install python3-scipy to compare with it`);
  }
  const made = spawnSync(python, [script, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  expect(made.status, made.stderr).toBe(0);
  const fresh = numbers(JSON.parse(made.stdout));
  const committed = numbers(vectors);
  expect(fresh.length).toBeGreaterThan(3500);
  expect(worst(fresh, committed)).toBeLessThan(TOLERANCE);
});

function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbers) : [];
}
