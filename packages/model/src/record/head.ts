/** What a head learns from: some rows of a record, each with its class. */
export interface HeadExamples {
  /** [rows, width] */
  readonly vectors: Float64Array;
  /** [rows]: indices below `classes`. */
  readonly labels: Uint8Array;
  /** [rows], adding up to 1. */
  readonly weights: Float64Array;
  readonly width: number;
  readonly classes: number;
}

/** λ of the penalty λ/2 · |weights|², for vectors whose mean squared length is 1. */
export const RIDGE = 1e-3;

/** Steps of the descent. 100 and 300 change DS1's score3 by less than .001. */
const STEPS = 50;

/** How much of its own way each step goes further, by Nesterov's sequence. */
export const MOMENTA: readonly number[] = nesterovMomenta(STEPS);

function nesterovMomenta(steps: number): number[] {
  const momenta: number[] = [];
  for (let t = 1; momenta.length < steps; ) {
    const next = (1 + Math.sqrt(1 + 4 * t ** 2)) / 2;
    momenta.push((t - 1) / next);
    t = next;
  }
  return momenta;
}

/**
 * Weights of a linear classifier (multinomial logistic regression with a ridge penalty), by Nesterov's accelerated gradient
 * descent from 0 with the step 1/L: half the examples' mean squared length and λ bound the curvature L (Böhning 1992, "Multinomial logistic
 * regression algorithm").
 *
 * @returns [classes, width]
 */
export function fitRecordHead({ vectors, labels, weights, width, classes }: HeadExamples): Float64Array {
  const rows = labels.length;
  let curvature = RIDGE;
  for (const [n, weight] of weights.entries())
    curvature += 0.5 * weight * dot(vectors, n * width, vectors, n * width, width);
  const head = new Float64Array(classes * width);
  const ahead = head.slice();
  const gradient = head.slice();
  const scores = new Float64Array(classes);
  for (const momentum of MOMENTA) {
    for (const [i, x] of ahead.entries()) gradient[i] = RIDGE * x;
    for (let n = 0; n < rows; n++) {
      for (let c = 0; c < classes; c++) scores[c] = dot(ahead, c * width, vectors, n * width, width);
      const partition = logPartition(scores);
      for (let c = 0; c < classes; c++) {
        const wanted = c === labels[n] ? 1 : 0;
        addScaled(
          gradient,
          c * width,
          vectors,
          n * width,
          width,
          weights[n]! * (Math.exp(scores[c]! - partition) - wanted),
        );
      }
    }
    for (const [i, slope] of gradient.entries()) {
      const moved = ahead[i]! - slope / curvature;
      ahead[i] = moved + momentum * (moved - head[i]!);
      head[i] = moved;
    }
  }
  return head;
}

/** Scores of one vector by a head of [classes, width], up to a number: into `scores` [classes]. */
export function scoreByHead(vector: Float64Array, head: Float64Array, scores: Float64Array): void {
  for (let c = 0; c < scores.length; c++) scores[c] = dot(head, c * vector.length, vector, 0, vector.length);
}

/** log Σ exp of some scores. */
export function logPartition(scores: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < scores.length; c++) most = Math.max(most, scores[c]!);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) sum += Math.exp(scores[c]! - most);
  return most + Math.log(sum);
}

/** Σ a[i] · b[i] over `count` numbers from each offset; four sums, as one would wait for each addition before the next. */
function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, count: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < count; i += 4) {
    s0 += a[fromA + i]! * b[fromB + i]!;
    s1 += a[fromA + i + 1]! * b[fromB + i + 1]!;
    s2 += a[fromA + i + 2]! * b[fromB + i + 2]!;
    s3 += a[fromA + i + 3]! * b[fromB + i + 3]!;
  }
  for (; i < count; i++) s0 += a[fromA + i]! * b[fromB + i]!;
  return s0 + s1 + (s2 + s3);
}

/** target[i] += factor · source[i] over `count` numbers from each offset. */
function addScaled(
  target: Float64Array,
  fromTarget: number,
  source: Float64Array,
  fromSource: number,
  count: number,
  factor: number,
): void {
  for (let i = 0; i < count; i++) target[fromTarget + i]! += factor * source[fromSource + i]!;
}
