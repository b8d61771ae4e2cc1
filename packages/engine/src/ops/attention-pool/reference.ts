import { reference } from '../reference.js';
import { attentionExtent } from './attention-pool.js';
import type { AttentionGradientAttributes } from './gradient.js';

/** αₜ = exp(kₜ·q − m) / Σ exp(k·q − m), m the sequence's maximum; context = Σₜ αₜ·vₜ. */
export const attentionPoolReference = reference(({ inputs, outputs, inputTypes }) => {
  const [values, keys, query] = [inputs[0]!, inputs[1]!, inputs[2]!];
  const [context, weights] = [outputs[0]!, outputs[1]!];
  const { batch, steps, features, attention } = attentionExtent(inputTypes[0]!, inputTypes[1]!, inputTypes[2]!);
  const scores = new Float64Array(steps);
  context.fill(0);
  for (let b = 0; b < batch; b++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < steps; t++) {
      let score = 0;
      for (let a = 0; a < attention; a++) score += keys[(b * steps + t) * attention + a]! * query[a]!;
      scores[t] = score;
      largest = Math.max(largest, score);
    }
    let total = 0;
    for (let t = 0; t < steps; t++) {
      scores[t] = Math.exp(scores[t]! - largest);
      total += scores[t]!;
    }
    for (let t = 0; t < steps; t++) {
      const weight = scores[t]! / total;
      weights[b * steps + t] = weight;
      for (let f = 0; f < features; f++) context[b * features + f]! += weight * values[(b * steps + t) * features + f]!;
    }
  }
});

/** dαₜ = vₜ·dcontext + dweightsₜ, dsₜ = αₜ(dαₜ − Σ α·dα); dvₜ = αₜ·dcontext, dkₜ = dsₜ·q, dq = Σₜ dsₜ·kₜ of each sequence. */
export const attentionPoolGradientReference = reference<AttentionGradientAttributes>(
  ({ inputs, outputs, inputTypes, attributes }) => {
    const [dresult, values, keys, query, weights] = [inputs[0]!, inputs[1]!, inputs[2]!, inputs[3]!, inputs[4]!];
    const [dvalues, dkeys, dquery] = [outputs[0]!, outputs[1]!, outputs[2]!];
    const { batch, steps, features, attention } = attentionExtent(inputTypes[1]!, inputTypes[2]!, inputTypes[3]!);
    const contextWidth = attributes.context ? features : 0;
    const width = contextWidth + (attributes.weights ? steps : 0);
    const dalpha = new Float64Array(steps);
    dvalues.fill(0);
    dquery.fill(0);
    for (let b = 0; b < batch; b++) {
      let total = 0;
      for (let t = 0; t < steps; t++) {
        const at = b * steps + t;
        let slope = attributes.weights ? dresult[b * width + contextWidth + t]! : 0;
        for (let f = 0; f < contextWidth; f++) {
          slope += dresult[b * width + f]! * values[at * features + f]!;
          dvalues[at * features + f] = weights[at]! * dresult[b * width + f]!;
        }
        dalpha[t] = slope;
        total += weights[at]! * slope;
      }
      for (let t = 0; t < steps; t++) {
        const at = b * steps + t;
        const dscore = weights[at]! * (dalpha[t]! - total);
        for (let a = 0; a < attention; a++) {
          dkeys[at * attention + a] = dscore * query[a]!;
          dquery[b * attention + a]! += dscore * keys[at * attention + a]!;
        }
      }
    }
  },
);
