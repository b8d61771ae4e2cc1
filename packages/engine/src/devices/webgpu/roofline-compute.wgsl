// Multiply-adds out of registers alone: eight independent chains a thread, so that their latency does not show. The number
// of rounds comes from the buffer's length, or software drivers would unroll the loop.

@group(0) @binding(0) var<storage, read_write> kept: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) thread: vec3u) {
  let factor = vec4f(0.999);
  let term = vec4f(0.001);
  var a = vec4f(f32(thread.x) * 1e-9);
  var b = a + term;
  for (var round = arrayLength(&kept); round > 0u; round--) {
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    a = fma(a, factor, term);
    b = fma(b, factor, term);
  }
  // Never true, which no compiler can know.
  if (dot(a + b, factor) < -1.0) {
    kept[0] = a.x;
  }
}
