import { EcgError } from '@ecgpu/ecg-dsp';
import type { ConfidentCalls } from './reliability.js';

/** What is left when beats below a confidence are not called. */
export interface RiskCoveragePoint {
  /** Beats of this confidence and more are called. */
  readonly threshold: number;
  /** Share of all beats that are called. */
  readonly coverage: number;
  /** Share of the called beats that are called wrong. */
  readonly risk: number;
}

export interface RiskCoverage {
  /** Area under the curve: mean risk over all coverages (Geifman & El-Yaniv 2017). Less is better. */
  readonly aurc: number;
  /** Risk of calling everything: what an order by chance would have as its area. */
  readonly risk: number;
  /** One point for each confidence that occurs, from the surest. Equally sure beats come together. */
  readonly curve: readonly RiskCoveragePoint[];
}

/**
 * The curve of selective classification: beats are called from the surest down.
 *
 * @throws EcgError `NO_BEATS` without beats.
 */
export function riskCoverage({ confidence, right }: Pick<ConfidentCalls, 'confidence' | 'right'>): RiskCoverage {
  const total = confidence.length;
  if (total === 0) {
    throw new EcgError('NO_BEATS', 'There are no beats to draw a risk-coverage curve from.', {
      where: 'riskCoverage',
      fix: 'Give annotated beats of the model’s classes.',
    });
  }
  const order = [...confidence.keys()].sort((a, b) => confidence[b]! - confidence[a]!);
  const curve: RiskCoveragePoint[] = [];
  let wrong = 0;
  let area = 0;
  let before = 0;
  for (let k = 0; k < total; ) {
    const threshold = confidence[order[k]!]!;
    while (k < total && confidence[order[k]!] === threshold) wrong += 1 - right[order[k++]!]!;
    curve.push({ threshold, coverage: k / total, risk: wrong / k });
    area += (k - before) * (wrong / k);
    before = k;
  }
  return { aurc: area / total, risk: wrong / total, curve };
}

/**
 * The point of a curve that calls at least a share of the beats, at the highest confidence that does.
 *
 * @param coverage above 0, at most 1.
 * @throws EcgError `COVERAGE_RANGE`
 */
export function pointAtCoverage({ curve }: RiskCoverage, coverage: number): RiskCoveragePoint {
  if (!(coverage > 0 && coverage <= 1)) {
    throw new EcgError('COVERAGE_RANGE', `A coverage of ${coverage} is no share of the beats.`, {
      where: 'pointAtCoverage',
      fix: 'Give a number above 0 and at most 1.',
    });
  }
  return curve.find((point) => point.coverage >= coverage) ?? curve.at(-1)!;
}
