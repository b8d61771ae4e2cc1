import { EcgError } from '@ecgpu/ecg-dsp';

/** A place on the straight line from a baseline (0) to an input (1); `path` says whose. */
export interface PathPoint {
  readonly path: number;
  readonly at: number;
}

/** What a network says there. */
export interface PathSample {
  readonly value: number;
  /** ∂value / ∂input, as many numbers as the path's difference has. */
  readonly gradient: Float32Array;
}

export interface IntegrationOptions {
  /** How far the sum of attributions may be from the difference of the values, as a share of it. Default 0.01. */
  readonly tolerance?: number;
  /** Differences less than this are held to its share: rounding to f32 is some 1e-5. Default 0.01. */
  readonly leastDifference?: number;
  /** Points a path may take before it is given up. Default 1025. */
  readonly mostPoints?: number;
}

/** Attribution of one input. */
export interface PathIntegral {
  /** What each number of the input adds to the value, in the value's units. */
  readonly attributions: Float32Array;
  readonly baselineValue: number;
  readonly value: number;
  /** `value - baselineValue` less the sum of the attributions. */
  readonly residual: number;
  /** Points of the path that were computed. */
  readonly points: number;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Samples at the ends and in the middle. */
  readonly samples: readonly [PathSample, PathSample, PathSample];
  /** The change of the value along it less Simpson's integral of the slope. */
  readonly error: number;
}

/** Stretches to begin with. */
const FIRST = 8;

/**
 * Integrated gradients (Sundararajan, Taly & Yan 2017): (x - x₀) · ∫₀¹ ∂F(x₀ + t(x - x₀))/∂x dt, whose sum is F(x) - F(x₀).
 * Simpson's rule on stretches of the path; because F is known at their ends, so is each stretch's error, and the stretches
 * with the largest are halved until the sum is complete.
 *
 * @param differences x - x₀ of each path.
 * @param evaluate values and gradients at some points, in their order.
 * @throws EcgError `ATTRIBUTION_INCOMPLETE` where a sum does not converge; `ATTRIBUTION_NOT_FINITE`
 */
export async function integrateGradients(
  differences: readonly Float32Array[],
  evaluate: (points: readonly PathPoint[]) => Promise<readonly PathSample[]>,
  { tolerance = 0.01, leastDifference = 0.01, mostPoints = 1025 }: IntegrationOptions = {},
): Promise<PathIntegral[]> {
  const grid = Array.from({ length: 2 * FIRST + 1 }, (_, k) => k / (2 * FIRST));
  const first = await evaluate(differences.flatMap((_, path) => grid.map((at) => ({ path, at }))));
  const stretches = differences.map((difference, path) => {
    const samples = first.slice(path * grid.length, (path + 1) * grid.length);
    if (!samples.every(({ value }) => Number.isFinite(value))) throw notFinite();
    return Array.from({ length: FIRST }, (_, k) =>
      stretch(grid[2 * k]!, grid[2 * k + 2]!, [samples[2 * k]!, samples[2 * k + 1]!, samples[2 * k + 2]!], difference),
    );
  });
  const points = differences.map(() => grid.length);
  const ends = differences.map((_, path) => ({
    baselineValue: first[path * grid.length]!.value,
    value: first[(path + 1) * grid.length - 1]!.value,
  }));
  const allowed = ends.map(
    ({ baselineValue, value }) => tolerance * Math.max(leastDifference, Math.abs(value - baselineValue)),
  );

  for (;;) {
    const halved = stretches.map((own, path) => {
      // Half of what is allowed, because rounding to f32 comes on top.
      if (Math.abs(own.reduce((sum, { error }) => sum + error, 0)) <= allowed[path]! / 2) return [];
      const least = Math.max(...own.map(({ error }) => Math.abs(error))) / 4;
      return own.filter(({ error }) => Math.abs(error) >= least);
    });
    if (halved.every((own) => own.length === 0)) break;
    for (const [path, own] of halved.entries()) {
      points[path]! += 2 * own.length;
      if (points[path]! <= mostPoints) continue;
      const { baselineValue, value } = ends[path]!;
      throw new EcgError(
        'ATTRIBUTION_INCOMPLETE',
        `After ${points[path]! - 2 * own.length} points the attributions do not add up to ${value - baselineValue} within ${allowed[path]}.`,
        { where: 'integrateGradients', fix: 'Allow more points or a larger tolerance.' },
      );
    }
    const wanted = halved.flatMap((own, path) =>
      own.flatMap(({ from, to }) => [
        { path, at: (3 * from + to) / 4 },
        { path, at: (from + 3 * to) / 4 },
      ]),
    );
    const samples = await evaluate(wanted);
    let at = 0;
    for (const [path, own] of halved.entries()) {
      const difference = differences[path]!;
      const halves = own.flatMap(({ from, to, samples: [start, middle, end] }) => {
        const [early, late] = [samples[at++]!, samples[at++]!];
        const half = (from + to) / 2;
        return [
          stretch(from, half, [start, early, middle], difference),
          stretch(half, to, [middle, late, end], difference),
        ];
      });
      stretches[path] = [...stretches[path]!.filter((each) => !own.includes(each)), ...halves];
    }
  }
  return differences.map((difference, path) => total(difference, stretches[path]!, ends[path]!, points[path]!));
}

function stretch(from: number, to: number, samples: Stretch['samples'], difference: Float32Array): Stretch {
  const [a, b, c] = samples.map(({ gradient }) => dot(gradient, difference)) as [number, number, number];
  const error = samples[2].value - samples[0].value - ((to - from) / 6) * (a + 4 * b + c);
  if (!Number.isFinite(error)) throw notFinite();
  return { from, to, samples, error };
}

function total(
  difference: Float32Array,
  stretches: readonly Stretch[],
  ends: Pick<PathIntegral, 'baselineValue' | 'value'>,
  points: number,
): PathIntegral {
  const mean = new Float64Array(difference.length);
  for (const { from, to, samples } of stretches) {
    for (const [index, { gradient }] of samples.entries()) {
      const weight = ((to - from) / 6) * (index === 1 ? 4 : 1);
      for (let i = 0; i < mean.length; i++) mean[i]! += weight * gradient[i]!;
    }
  }
  const attributions = Float32Array.from(difference, (x, i) => x * mean[i]!);
  const sum = attributions.reduce((s, x) => s + x, 0);
  return { attributions, ...ends, residual: ends.value - ends.baselineValue - sum, points };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function notFinite(): EcgError {
  return new EcgError(
    'ATTRIBUTION_NOT_FINITE',
    'The network gives values that are not finite on the way to this input.',
    {
      where: 'integrateGradients',
      fix: 'Explain beats on usable signal, with a sound model.',
    },
  );
}
