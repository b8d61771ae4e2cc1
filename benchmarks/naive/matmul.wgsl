// c = a·b, row-major, one thread an element, nothing shared: what one writes first.
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= N || id.y >= M) { return; }
  var sum = 0.0;
  for (var k = 0u; k < K; k++) { sum += a[id.y * K + k] * b[k * N + id.x]; }
  c[id.y * N + id.x] = sum;
}
