import { EcgError } from '../errors.js';
import { requireSamplingRate } from './finite.js';
import { type Complex, pairSections } from './sections.js';
import type { Sos } from './sos.js';

export type ButterworthDesign = {
  /** 1 to 20. A band-pass has twice as many poles. */
  readonly order: number;
  /** Samples per second. */
  readonly fs: number;
} & (
  | { readonly type: 'lowpass' | 'highpass' /** -3 dB frequency in Hz. */; readonly cutoff: number }
  | {
      readonly type: 'bandpass' /** Both -3 dB frequencies in Hz, low then high. */;
      readonly cutoff: readonly [number, number];
    }
);

/**
 * Designs a Butterworth filter: analogue poles on the unit circle, frequencies prewarped, bilinear transform, poles paired
 * with their nearest zeros. Equal to `scipy.signal.butter(order, cutoff, type, fs=fs, output='sos')`.
 *
 * @throws EcgError `FILTER_ORDER`, `FS_INVALID`, `CUTOFF_OUT_OF_RANGE` (a cutoff must lie strictly between 0 and fs / 2).
 */
export function butterworth(design: ButterworthDesign): Sos {
  const { order, fs } = design;
  requireSamplingRate(fs);
  if (!(Number.isInteger(order) && order >= 1 && order <= 20)) {
    throw new EcgError('FILTER_ORDER', `A Butterworth filter of order ${order} was asked for.`, {
      where: 'order',
      fix: 'Give an integer from 1 to 20.',
    });
  }
  const analogue = lowpassPoles(order);
  switch (design.type) {
    case 'lowpass': {
      const w = prewarp(design.cutoff, fs);
      return digital(
        analogue.map((p) => ({ re: p.re * w, im: p.im * w })),
        0,
        w ** order,
      );
    }
    case 'highpass': {
      const w = prewarp(design.cutoff, fs);
      return digital(
        analogue.map((p) => divide({ re: w, im: 0 }, p)),
        order,
        1,
      );
    }
    case 'bandpass': {
      const low = prewarp(design.cutoff[0], fs);
      const high = prewarp(design.cutoff[1], fs);
      if (!(low < high)) throw cutoffError(`The band ${design.cutoff[0]} to ${design.cutoff[1]} Hz is empty.`);
      const width = high - low;
      const poles: Complex[] = [];
      for (const sign of [1, -1]) {
        for (const p of analogue) {
          const half = { re: (p.re * width) / 2, im: (p.im * width) / 2 };
          const root = squareRoot({
            re: half.re * half.re - half.im * half.im - low * high,
            im: 2 * half.re * half.im,
          });
          poles.push({ re: half.re + sign * root.re, im: half.im + sign * root.im });
        }
      }
      return digital(poles, order, width ** order);
    }
  }
}

/** Rate at which the bilinear transform is made: frequencies are relative to Nyquist, as in scipy. */
const BILINEAR = 4;

function prewarp(cutoff: number, fs: number): number {
  if (!(cutoff > 0 && cutoff < fs / 2))
    throw cutoffError(`A cutoff of ${cutoff} Hz does not fit a sampling rate of ${fs} Hz.`);
  return BILINEAR * Math.tan((Math.PI * cutoff) / fs);
}

function cutoffError(message: string): EcgError {
  return new EcgError('CUTOFF_OUT_OF_RANGE', message, {
    where: 'cutoff',
    fix: 'Choose cutoffs above 0 and below half the sampling rate, low before high.',
  });
}

/** Poles of the analogue prototype with cutoff 1 rad/s. */
function lowpassPoles(order: number): Complex[] {
  const poles: Complex[] = [];
  for (let m = -order + 1; m < order; m += 2) {
    const angle = (Math.PI * m) / (2 * order);
    poles.push({ re: -Math.cos(angle), im: m === 0 ? 0 : -Math.sin(angle) });
  }
  return poles;
}

/** Bilinear transform of an analogue filter with `zerosAtDc` zeros at the origin and the others at infinity. */
function digital(analogue: readonly Complex[], zerosAtDc: number, analogueGain: number): Sos {
  let denominator: Complex = { re: 1, im: 0 };
  const poles = analogue.map((p) => {
    denominator = multiply(denominator, { re: BILINEAR - p.re, im: -p.im });
    return divide({ re: BILINEAR + p.re, im: p.im }, { re: BILINEAR - p.re, im: -p.im });
  });
  const gain = analogueGain * divide({ re: BILINEAR ** zerosAtDc, im: 0 }, denominator).re;
  const zeros = [...Array<number>(analogue.length - zerosAtDc).fill(-1), ...Array<number>(zerosAtDc).fill(1)];
  return pairSections(zeros, poles, gain);
}

function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

function divide(a: Complex, b: Complex): Complex {
  const norm = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / norm, im: (a.im * b.re - a.re * b.im) / norm };
}

function squareRoot(a: Complex): Complex {
  const modulus = Math.hypot(a.re, a.im);
  const re = Math.sqrt((modulus + a.re) / 2);
  const im = Math.sqrt((modulus - a.re) / 2);
  return { re, im: a.im < 0 ? -im : im };
}
