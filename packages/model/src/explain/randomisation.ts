import { type Device, initialise, type ParameterValues } from '@ecgpu/engine';
import type { Model } from '../model-file/model-file.js';
import { joinValues } from '../model-file/sequence-model.js';
import { beatEncoderParameters } from '../network/beat-encoder.js';
import { beatNetworkParameters } from '../network/beat-network.js';
import { sequenceNetworkParameters } from '../network/sequence-network.js';
import type { ExplainedBeats } from './baseline.js';
import { openExplainer } from './explainer.js';
import type { Explanation, LeadExplanation, Question } from './explanation.js';

/** How alike explanations by the trained and by random weights are: means over beats of Spearman's rank correlation. */
export interface Likeness {
  /** Of the attributions of the waveform's samples. */
  readonly signed: number;
  /** Of their sizes: here the input's own shape, which both are multiplied by, keeps some likeness. */
  readonly sizes: number;
}

/** Of the first lead; of the second one, over those of the beats that the model saw in it. */
export interface RandomisationCheck extends Likeness {
  readonly second?: Likeness;
}

/**
 * The sanity check of Adebayo et al. 2018 ("Sanity checks for saliency maps"): explains the same beats by the same network
 * with initial weights. Explanations that stay alike show the signal and not what was learned.
 *
 * @throws EcgError of openExplainer and integrateGradients
 */
export async function randomisationCheck(
  device: Device,
  model: Model,
  beats: ExplainedBeats,
  questions: readonly Question[],
  seed = 1,
): Promise<RandomisationCheck> {
  const explain = async (values: ParameterValues): Promise<Explanation[]> => {
    const explainer = await openExplainer(device, { ...model, values });
    try {
      return await explainer.explain(beats, questions);
    } finally {
      explainer.release();
    }
  };
  const learned = await explain(model.values);
  const random = await explain(randomValues(model, seed));
  const pairs = learned.map((explanation, i) => [explanation, random[i]!] as const);
  const inSecond = pairs.flatMap(([a, b]) => (a.second && b.second ? [[a.second, b.second] as const] : []));
  return { ...likeness(pairs), ...(inSecond.length > 0 ? { second: likeness(inSecond) } : {}) };
}

function likeness(pairs: readonly (readonly [LeadExplanation, LeadExplanation])[]): Likeness {
  const mean = (of: (x: Float32Array) => Float32Array) =>
    pairs.reduce((sum, [a, b]) => sum + rankCorrelation(of(a.waveform), of(b.waveform)), 0) / pairs.length;
  return { signed: mean((x) => x), sizes: mean((x) => x.map(Math.abs)) };
}

function randomValues(model: Model, seed: number): ParameterValues {
  if (model.kind === 'beat') return initialise(beatNetworkParameters(model.shape), seed);
  const { encoder, shape, members, relative } = model;
  return new Map(
    Array.from({ length: members }, (_, member) => member).flatMap((member) => [
      ...joinValues(
        initialise(beatEncoderParameters(encoder), seed + member),
        initialise(sequenceNetworkParameters(shape), seed + member),
        member,
        ...(relative ? [initialise(sequenceNetworkParameters(shape), seed + members + member)] : []),
      ),
    ]),
  );
}

/** Spearman's rank correlation; equal values share their mean rank. 0 where one of the two is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (x.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - middle) * (y[i]! - middle);
    xx += (x[i]! - middle) ** 2;
    yy += (y[i]! - middle) ** 2;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let k = from; k < to; k++) ranked[order[k]!] = (from + to - 1) / 2;
    from = to;
  }
  return ranked;
}
