import { EcgError } from '@ecgpu/ecg-dsp';

/** Beats with logits and known classes, as far as a temperature depends on them. */
export interface LabelledLogits {
  readonly count: number;
  readonly classes: ArrayLike<unknown>;
  /** [count]: indices into `classes`. */
  readonly labels: ArrayLike<number>;
  /** [count, classes]. */
  readonly logits: ArrayLike<number>;
}

/** A temperature beyond these says that the logits order the classes perfectly, or not at all. */
export const TEMPERATURES = { least: 0.05, most: 20 } as const;

/**
 * softmax(logits / temperature), row by row in f64. It never changes which class is first.
 *
 * @param logits [rows, classes]
 * @returns [rows, classes], each row summing to 1.
 */
export function probabilitiesAt(logits: ArrayLike<number>, classes: number, temperature: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let at = 0; at < logits.length; at += classes) {
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) most = Math.max(most, logits[at + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp((logits[at + c]! - most) / temperature);
    for (let c = 0; c < classes; c++) probabilities[at + c] = Math.exp((logits[at + c]! - most) / temperature) / sum;
  }
  return probabilities;
}

/** Mean of -log p(true class) over beats, nats, at a temperature. */
export function negativeLogLikelihood(beats: LabelledLogits, temperature = 1): number {
  let total = 0;
  for (let beat = 0; beat < beats.count; beat++) {
    const { logPartition, own } = rowAt(beats, beat, 1 / temperature);
    total += logPartition - own / temperature;
  }
  return total / beats.count;
}

/**
 * The temperature that the beats are likeliest under (temperature scaling, Guo et al. 2017, "On calibration of modern neural
 * networks"). In 1/T the likelihood is convex, so the slope is bisected: the one root there is.
 *
 * @throws EcgError `TEMPERATURE_UNDEFINED` without beats, with logits that are not finite, or where the optimum is not within
 *   {@link TEMPERATURES}.
 */
export function fitTemperature(beats: LabelledLogits): number {
  const cannot = (message: string) =>
    new EcgError('TEMPERATURE_UNDEFINED', message, {
      where: 'fitTemperature',
      fix: 'Give beats of several classes, some of them called wrong, that the model has not learned from.',
    });
  if (beats.count === 0) throw cannot('There are no beats to fit a temperature to.');
  let low = 1 / TEMPERATURES.most;
  let high = 1 / TEMPERATURES.least;
  const slopes = [slopeAt(beats, low), slopeAt(beats, high)];
  if (!slopes.every(Number.isFinite)) throw cannot('Some logits are not finite.');
  if (!(slopes[0]! < 0 && slopes[1]! > 0)) {
    const end = slopes[0]! >= 0 ? `above ${TEMPERATURES.most}` : `below ${TEMPERATURES.least}`;
    throw cannot(`The likeliest temperature of these ${beats.count} beats is ${end}.`);
  }
  // 40 halvings leave less than an f32's precision.
  for (let halving = 0; halving < 40; halving++) {
    const middle = Math.sqrt(low * high);
    if (slopeAt(beats, middle) < 0) low = middle;
    else high = middle;
  }
  return 1 / Math.sqrt(low * high);
}

/** d NLL / d(1/T): the mean over beats of E[z] - z(true class). */
function slopeAt(beats: LabelledLogits, inverse: number): number {
  let total = 0;
  for (let beat = 0; beat < beats.count; beat++) {
    const { expected, own } = rowAt(beats, beat, inverse);
    total += expected - own;
  }
  return total / beats.count;
}

function rowAt({ classes, labels, logits }: LabelledLogits, beat: number, inverse: number) {
  const width = classes.length;
  const at = beat * width;
  let most = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < width; c++) most = Math.max(most, logits[at + c]!);
  let sum = 0;
  let weighted = 0;
  for (let c = 0; c < width; c++) {
    const share = Math.exp((logits[at + c]! - most) * inverse);
    sum += share;
    weighted += share * logits[at + c]!;
  }
  return {
    /** log Σ exp(z / T). */
    logPartition: most * inverse + Math.log(sum),
    /** Mean logit under the model's own probabilities. */
    expected: weighted / sum,
    /** Logit of the true class. */
    own: logits[at + labels[beat]!]!,
  };
}
