import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEQUENCE_CONTRACT, windowLength } from '../preprocess/contract.js';
import { madeUpShape } from './made-up-record.fixture.js';
import { fitMixture, type LeadWindows, pairShapes } from './mixture-fit.js';

const { fs, window } = SEQUENCE_CONTRACT;
const seen = (at: (sample: number, lead: number) => number): LeadWindows => ({
  windows: [0, 1].map((lead) => Float64Array.from({ length: windowLength(SEQUENCE_CONTRACT) }, (_, i) => at(i, lead))),
  r: window.before,
  fs,
});
const normal = (i: number, lead: number) => madeUpShape('N', i, lead);
const ventricular = (i: number, lead: number) => madeUpShape('V', i, lead);
const pair = pairShapes(seen(normal), seen(ventricular));

describe('a fit to a mixture', () => {
  it('finds the share of N, wherever in reach both lie and whatever the baseline', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.integer({ min: -2, max: 2 }),
        fc.integer({ min: -5, max: 5 }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (w, early, late, baseline) => {
          const beat = seen(
            (i, lead) => w * normal(i + early, lead) + (1 - w) * ventricular(i + late, lead) + baseline,
          );
          const { share, mixture, normal: toNormal, ventricular: toVentricular } = fitMixture(beat, pair);
          expect(share).toBeCloseTo(w, 6);
          expect(mixture).toBeCloseTo(0, 9);
          expect(toNormal).toBeGreaterThan(mixture);
          expect(toVentricular).toBeGreaterThan(mixture);
        },
      ),
    );
  });

  it('leaves nothing of the shapes themselves, nor of an N of another size in each lead', () => {
    const own = fitMixture(seen(normal), pair);
    expect(own).toMatchObject({ normal: expect.closeTo(0, 9), share: expect.closeTo(1, 6) });
    expect(fitMixture(seen(ventricular), pair)).toMatchObject({ ventricular: expect.closeTo(0, 9), share: 0 });
    const larger = fitMixture(
      seen((i, lead) => (lead === 0 ? 1.8 : 0.6) * normal(i, lead)),
      pair,
    );
    expect(larger.scaledNormal).toBeCloseTo(0, 9);
    expect(larger.mixture).toBeGreaterThan(0.05);
    // Four times the size is no N any more.
    expect(
      fitMixture(
        seen((i, lead) => 4 * normal(i, lead)),
        pair,
      ).scaledNormal,
    ).toBeCloseTo(0.25, 6);
  });

  it('is of the first lead where that is all there is, and of nothing on a flat line', () => {
    const mixed = seen((i, lead) => (lead === 0 ? 0.5 * (normal(i, 0) + ventricular(i, 0)) : Math.sin(i)));
    expect(fitMixture({ ...mixed, windows: mixed.windows.slice(0, 1) }, pair).mixture).toBeCloseTo(0, 9);
    expect(fitMixture(mixed, pair).mixture).toBeGreaterThan(0.3);
    const flat = { normal: 1, scaledNormal: 1, ventricular: 1, mixture: 1, share: 0 };
    expect(
      fitMixture(
        seen(() => 3),
        pair,
      ),
    ).toEqual(flat);
  });
});
