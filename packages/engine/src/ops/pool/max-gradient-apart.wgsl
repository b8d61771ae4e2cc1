// dx of windows that share no sample (STRIDE ≥ KERNEL): each writes its stretch of the row, up to where the next begins:
// dy at its maximum, 0 elsewhere. Twice as fast as asking from every sample. Prelude: see window.wgsl.
@group(0) @binding(0) var<storage, read> dy: array<f32>;        // [ROWS, LENGTH_OUT]
@group(0) @binding(1) var<storage, read> x: array<f32>;         // [ROWS, LENGTH_IN]
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;  // [ROWS, LENGTH_IN]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= ROWS * LENGTH_OUT) { return; }
  let row = i / LENGTH_OUT;
  let t = i % LENGTH_OUT;
  let peak = argmax(row, t);
  let last = t == LENGTH_OUT - 1u;
  let end = row * LENGTH_IN + select((t + 1u) * STRIDE - PADDING, LENGTH_IN, last);
  let gradient = dy[i];
  for (var at = row * LENGTH_IN + first_sample(t); at < end; at++) { dx[at] = select(0.0, gradient, at == peak); }
}
