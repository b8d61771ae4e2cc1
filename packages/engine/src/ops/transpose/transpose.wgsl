// y[i0, i1, i2, i3] = x at the strides X_0 … X_3. Prelude: COUNT, SIZE_1 … SIZE_3 of y, X_0 … X_3.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= COUNT) { return; }
  let i3 = i % SIZE_3;
  let i2 = (i / SIZE_3) % SIZE_2;
  let i1 = (i / (SIZE_3 * SIZE_2)) % SIZE_1;
  let i0 = i / (SIZE_3 * SIZE_2 * SIZE_1);
  y[i] = x[i0 * X_0 + i1 * X_1 + i2 * X_2 + i3 * X_3];
}
