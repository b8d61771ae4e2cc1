// What belongs to a channel, and is done with its sums: its bias is added. Needs the binding `bias`. Prelude: HAS_BIAS.
alias Terms = f32;

fn terms_of(channel: u32) -> Terms {
  var added = 0.0;
  if (HAS_BIAS) { added = bias[channel]; }
  return added;
}

fn normalised(sums: vec4f, terms: Terms) -> vec4f {
  return sums + terms;
}
