// What belongs to a channel, and is done with its sums, where a batch norm by running statistics follows: the bias is added,
// and (value − mean) · inverse deviation · weight + shift. Needs the binding `bias`. Prelude: HAS_BIAS, EPSILON.
@group(0) @binding(4) var<storage, read> norm_weight: array<f32>;    // [CHANNELS_OUT]
@group(0) @binding(5) var<storage, read> norm_bias: array<f32>;      // [CHANNELS_OUT]
@group(0) @binding(6) var<storage, read> norm_mean: array<f32>;      // [CHANNELS_OUT]
@group(0) @binding(7) var<storage, read> norm_variance: array<f32>;  // [CHANNELS_OUT]

alias Terms = vec4f;

fn terms_of(channel: u32) -> Terms {
  var added = 0.0;
  if (HAS_BIAS) { added = bias[channel]; }
  let scale = inverseSqrt(norm_variance[channel] + EPSILON) * norm_weight[channel];
  return vec4f(added, norm_mean[channel], scale, norm_bias[channel]);
}

fn normalised(sums: vec4f, terms: Terms) -> vec4f {
  return (sums + terms.x - terms.y) * terms.z + terms.w;
}
