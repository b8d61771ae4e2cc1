// y[row, Y_OFFSET + c] = x[row, X_OFFSET + c] for the WIDTH columns c, bit by bit, so for any element type.
// Prelude: COUNT, WIDTH, X_STRIDE, X_OFFSET, Y_STRIDE, Y_OFFSET.
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= COUNT) { return; }
  let row = i / WIDTH;
  let column = i % WIDTH;
  y[row * Y_STRIDE + Y_OFFSET + column] = x[row * X_STRIDE + X_OFFSET + column];
}
