import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confidenceFloor } from './abstention.js';
import { fitCalibration } from './fit-calibration.js';
import { reliability } from './reliability.js';
import { confidenceReport, confidenceTable } from './report.js';
import { pointAtCoverage, riskCoverage } from './risk-coverage.js';

const calls = (confidence: number[], right: number[]) => ({
  confidence: Float32Array.from(confidence),
  right: Uint8Array.from(right),
});

/** Beats of two classes whose call has this probability. */
function beatsOf(rows: readonly (readonly [probability: number, right: boolean])[]) {
  return {
    classes: ['N', 'V'] as const,
    records: ['a', 'b'],
    count: rows.length,
    recordOf: Uint16Array.from(rows, (_, i) => i % 2),
    peaks: Int32Array.from(rows, (_, i) => i),
    labels: Uint8Array.from(rows, ([, right], i) => (right ? i % 2 : 1 - (i % 2))),
    logits: Float32Array.from(
      rows.flatMap(([p], i) => (i % 2 === 0 ? [Math.log(p / (1 - p)), 0] : [0, Math.log(p / (1 - p))])),
    ),
  };
}

describe('riskCoverage', () => {
  it('counts by hand', () => {
    const found = riskCoverage(calls([0.5, 0.875, 0.75, 0.75], [0, 1, 1, 0]));
    expect(found.curve).toEqual([
      { threshold: 0.875, coverage: 0.25, risk: 0 },
      { threshold: 0.75, coverage: 0.75, risk: 1 / 3 },
      { threshold: 0.5, coverage: 1, risk: 0.5 },
    ]);
    expect(found.risk).toBe(0.5);
    expect(found.aurc).toBeCloseTo((1 * 0 + 2 * (1 / 3) + 1 * 0.5) / 4, 12);
    expect(pointAtCoverage(found, 0.5).coverage).toBe(0.75);
    expect(() => pointAtCoverage(found, 0)).toThrow(expect.objectContaining({ code: 'COVERAGE_RANGE' }));
    expect(() => riskCoverage(calls([], []))).toThrow(expect.objectContaining({ code: 'NO_BEATS' }));
  });

  it('is least where all wrong calls are the least sure, and its end does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { minLength: 1 }), (rows) => {
        const right = rows.map(([, r]) => Number(r));
        const found = riskCoverage(
          calls(
            rows.map(([c]) => c / 10),
            right,
          ),
        );
        const ideal = riskCoverage(
          calls(
            right.map((r, i) => r + i / rows.length / 2),
            right,
          ),
        );
        expect(ideal.aurc).toBeLessThanOrEqual(found.aurc + 1e-12);
        expect(found.curve.at(-1)).toMatchObject({ coverage: 1, risk: found.risk });
        const coverages = found.curve.map(({ coverage }) => coverage);
        expect(coverages).toEqual([...coverages].sort((a, b) => a - b));
      }),
    );
  });
});

describe('confidenceFloor', () => {
  it('calls the share that is asked for, and equals together', () => {
    const confidence = [0.4, 0.9, 0.8, 0.8, 0.6];
    const called = (coverage: number) =>
      confidence.filter((c) => c >= confidenceFloor(confidence, { coverage })).length;
    expect([0, 0.2, 0.3, 0.4, 0.8, 1].map(called)).toEqual([0, 1, 3, 3, 4, 5]);
    expect(confidenceFloor(confidence, { minConfidence: 0.7 })).toBe(0.7);
    for (const wrong of [-0.1, 1.1, Number.NaN]) {
      expect(() => confidenceFloor(confidence, { coverage: wrong })).toThrow(/coverage is/);
      expect(() => confidenceFloor(confidence, { minConfidence: wrong })).toThrow(/minConfidence is/);
    }
  });
});

describe('reliability', () => {
  it('is 0 where three in four calls of 0.75 are right, and counts the gap otherwise', () => {
    const even = beatsOf([true, true, true, false].map((right) => [0.75, right]));
    expect(reliability(even).ece).toBeCloseTo(0, 6);
    const all = beatsOf([true, true, true, true].map((right) => [0.75, right]));
    expect(reliability(all).ece).toBeCloseTo(0.25, 6);
    expect(reliability(all).nll).toBeCloseTo(-Math.log(0.75), 6);
    expect(reliability(all).bins.filter(({ beats }) => beats > 0)).toHaveLength(1);
    expect(reliability(all).bins.reduce((sum, { beats }) => sum + beats, 0)).toBe(4);
  });
});

describe('a confidence report', () => {
  // Says 0.98 and is right in five of six: sure beyond reason, in record a more than in b.
  const wrong = [0, 10, 20, 30, 1, 11];
  const beats = beatsOf(Array.from({ length: 40 }, (_, i) => [i < 30 ? 0.98 : 0.6, !wrong.includes(i)]));

  it('says what is left at each coverage, of which classes, and at what temperature', () => {
    const report = confidenceReport(beats, { temperature: 2 });
    expect(report).toMatchObject({ temperatures: [2], risk: 0.15, uncalibrated: { ece: expect.any(Number) } });
    expect(report.coverages[0]).toMatchObject({ coverage: 1, risk: 0.15, kept: { N: 1, V: 1 } });
    expect(report.coverages.at(-1)).toMatchObject({ coverage: 0.75 });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(confidenceTable(report)).toMatch(/temperature 2\.000.*at temperature 1.*\n.*called %/);
    expect(confidenceTable(confidenceReport(beats))).toMatch(/not calibrated/);
  });

  it('takes each record at the temperature of the stage that called it', () => {
    const calibration = { temperature: 2, plain: { temperature: 3, eceBefore: 0, eceAfter: 0 } };
    const report = (stages: readonly ('plain' | 'relative')[]) => confidenceReport({ ...beats, stages }, calibration);
    const [both, relative, plain] = [
      report(['relative', 'plain']),
      report(['relative', 'relative']),
      report(['plain', 'plain']),
    ];
    expect([both.temperatures, relative.temperatures, plain.temperatures]).toEqual([[2, 3], [2], [3]]);
    const ofRecord = (record: number) => {
      const kept = [...beats.recordOf.keys()].filter((beat) => beats.recordOf[beat] === record);
      const scored = { ...beats, count: kept.length, labels: kept.map((beat) => beats.labels[beat]!) };
      return { ...scored, logits: kept.flatMap((beat) => [...beats.logits.subarray(2 * beat, 2 * beat + 2)]) };
    };
    const [a, b] = [ofRecord(0), ofRecord(1)];
    const nll = (a.count * reliability(a, 2).nll + b.count * reliability(b, 3).nll) / beats.count;
    expect(both.reliability.nll).toBeCloseTo(nll, 6);
    expect(relative.reliability.nll).toBeCloseTo(reliability(beats, 2).nll, 6);
  });

  it('of a fit is at the temperature of the other folds', () => {
    const fit = fitCalibration(beats, [['a'], ['b']]);
    expect(fit.temperature).toBeGreaterThan(1);
    const [a, b] = fit.foldTemperatures;
    expect(a).not.toBe(b);
    expect(fit.after.nll).toBeLessThan(fit.before.nll);
    expect(fit.after.nll).toBeGreaterThan(reliability(beats, fit.temperature).nll);
  });
});
