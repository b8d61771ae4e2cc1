import type { Sos, SosSection } from './sos.js';

export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Relative size under which an imaginary part is rounding: 100 ulp, as scipy takes it. */
const REAL_TOLERANCE = 100 * Number.EPSILON;

/**
 * Groups real zeros and conjugate-symmetric poles into second-order sections the way `scipy.signal.zpk2sos` does with
 * `pairing='nearest'`: the poles nearest the unit circle come last, each with the zeros nearest to it; the gain is in the
 * first section. An odd count gets a pole and a zero at the origin.
 *
 * @param zeros as many as there are poles.
 */
export function pairSections(zeros: readonly number[], poles: readonly Complex[], gain: number): Sos {
  const remainingZeros = [...zeros];
  const remainingPoles = [
    ...poles.filter((p) => p.im > 0 && !isReal(p)).sort((a, b) => a.re - b.re || a.im - b.im),
    ...poles
      .filter(isReal)
      .map((p) => ({ re: p.re, im: 0 }))
      .sort((a, b) => a.re - b.re),
  ];
  if (poles.length % 2 === 1) {
    remainingZeros.push(0);
    remainingPoles.push({ re: 0, im: 0 });
  }
  const sections: SosSection[] = [];
  while (remainingPoles.length > 0) {
    const pole = takeWorst(remainingPoles, () => true);
    const partner = pole.im === 0 ? takeWorst(remainingPoles, (p) => p.im === 0) : { re: pole.re, im: -pole.im };
    const z1 = takeNearest(remainingZeros, pole);
    const z2 = takeNearest(remainingZeros, pole);
    sections.unshift([1, -(z1 + z2), z1 * z2, 1, -(pole.re + partner.re), pole.re * partner.re - pole.im * partner.im]);
  }
  const [b0, b1, b2, a0, a1, a2] = sections[0]!;
  sections[0] = [b0 * gain, b1 * gain, b2 * gain, a0, a1, a2];
  return sections;
}

function isReal(p: Complex): boolean {
  return Math.abs(p.im) <= REAL_TOLERANCE * Math.hypot(p.re, p.im);
}

/** Takes out the pole nearest the unit circle, of those that fit. */
function takeWorst(poles: Complex[], fits: (p: Complex) => boolean): Complex {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  poles.forEach((p, i) => {
    const distance = Math.abs(1 - Math.hypot(p.re, p.im));
    if (fits(p) && distance < least) {
      best = i;
      least = distance;
    }
  });
  return poles.splice(best, 1)[0]!;
}

function takeNearest(zeros: number[], pole: Complex): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  zeros.forEach((z, i) => {
    const distance = Math.hypot(z - pole.re, pole.im);
    if (distance < least) {
      best = i;
      least = distance;
    }
  });
  return zeros.splice(best, 1)[0]!;
}
