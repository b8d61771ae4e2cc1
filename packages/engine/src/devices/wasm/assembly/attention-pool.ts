import { madd } from './math';
import { dot } from './matmul';
import { shareStart, storeFirst } from './partition';
import { exponentials, largestOf, scaleRow } from './softmax';

@unmanaged
class AttentionParameters {
  /** [batch, steps, features]. */
  values: usize;
  /** [batch, steps, attention]. */
  keys: usize;
  /** [attention]. */
  query: usize;
  /** [batch, features]. */
  context: usize;
  /** [batch, steps]. */
  weights: usize;
  batch: i32;
  steps: i32;
  features: i32;
  attention: i32;
}

/** weights = softmax over the steps of keys · query, context = Σ weights · values. Threads share the sequences. */
export function attentionPool(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<AttentionParameters>(parameters);
  const end = shareStart(p.batch, thread + 1, threads);
  for (let b = shareStart(p.batch, thread, threads); b < end; b++) {
    const weights = p.weights + ((<usize>(b * p.steps)) << 2);
    const keys = p.keys + <usize>(b * p.steps) * <usize>p.attention * 4;
    for (let t = 0; t < p.steps; t++) {
      const score = dot(keys + <usize>(t * p.attention) * 4, p.query, p.attention);
      store<f32>(weights + ((<usize>t) << 2), score);
    }
    const total = exponentials(weights, p.steps, largestOf(weights, p.steps), weights);
    scaleRow(weights, p.steps, <f32>(1 / total));
    const stride = (<usize>p.features) << 2;
    const values = p.values + <usize>(b * p.steps) * stride;
    for (let f = 0; f < p.features; f += 4) {
      let sum = f32x4.splat(0);
      let at = values + ((<usize>f) << 2);
      for (let t = 0; t < p.steps; t++, at += stride) {
        sum = madd(v128.load32_splat(weights + ((<usize>t) << 2)), v128.load(at), sum);
      }
      storeFirst(p.context + <usize>b * stride + ((<usize>f) << 2), sum, p.features - f);
    }
  }
}

@unmanaged
class AttentionGradientParameters {
  /** [batch, features if hasContext + steps if hasWeights]. */
  dresult: usize;
  values: usize;
  keys: usize;
  query: usize;
  weights: usize;
  dvalues: usize;
  dkeys: usize;
  /** [batch, attention]: each sequence's part. */
  dquery: usize;
  /** [threads, steps]. */
  slopes: usize;
  batch: i32;
  steps: i32;
  features: i32;
  attention: i32;
  hasContext: i32;
  hasWeights: i32;
}

/** dα = v·dcontext + dweights, ds = α(dα − Σ α·dα); dv = α·dcontext, dk = ds·q, dq = Σ ds·k. */
export function attentionPoolGradient(parameters: usize, thread: i32, threads: i32): void {
  const p = changetype<AttentionGradientParameters>(parameters);
  const end = shareStart(p.batch, thread + 1, threads);
  const slopes = p.slopes + <usize>(thread * p.steps) * 4;
  const contextWidth = p.hasContext ? p.features : 0;
  const width = contextWidth + (p.hasWeights ? p.steps : 0);
  for (let b = shareStart(p.batch, thread, threads); b < end; b++) {
    const dcontext = p.dresult + ((<usize>(b * width)) << 2);
    const dweights = dcontext + ((<usize>contextWidth) << 2);
    const weights = p.weights + ((<usize>(b * p.steps)) << 2);
    let total: f64 = 0;
    for (let t = 0; t < p.steps; t++) {
      const at = (<usize>((b * p.steps + t) * p.features)) << 2;
      const weight = load<f32>(weights + ((<usize>t) << 2));
      let slope: f32 = p.hasWeights ? load<f32>(dweights + ((<usize>t) << 2)) : 0;
      if (p.hasContext) {
        slope += dot(dcontext, p.values + at, p.features);
        scaled(dcontext, weight, p.dvalues + at, p.features);
      } else memory.fill(p.dvalues + at, 0, (<usize>p.features) << 2);
      store<f32>(slopes + ((<usize>t) << 2), slope);
      total += <f64>weight * <f64>slope;
    }
    const keyBytes = (<usize>p.attention) << 2;
    const dquery = p.dquery + <usize>b * keyBytes;
    memory.fill(dquery, 0, keyBytes);
    for (let t = 0; t < p.steps; t++) {
      const at = <usize>(b * p.steps + t) * keyBytes;
      const slope = load<f32>(slopes + ((<usize>t) << 2)) - <f32>total;
      const dscore = load<f32>(weights + ((<usize>t) << 2)) * slope;
      scaled(p.query, dscore, p.dkeys + at, p.attention);
      for (let a = 0; a < p.attention; a += 4) {
        const to = dquery + ((<usize>a) << 2);
        const key = v128.load(p.keys + at + ((<usize>a) << 2));
        storeFirst(to, madd(f32x4.splat(dscore), key, v128.load(to)), p.attention - a);
      }
    }
  }
}

function scaled(x: usize, factor: f32, y: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    storeFirst(y + ((<usize>i) << 2), f32x4.mul(v128.load(x + ((<usize>i) << 2)), f32x4.splat(factor)), count - i);
  }
}
