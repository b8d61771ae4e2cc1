// y = a ∘ b with broadcasting: a stretched dimension has stride 0.
// Prelude: COUNT, FUNCTION (0 add, 1 subtract, 2 multiply, 3 divide), SIZE_1 … SIZE_3 of y, strides A_0 … A_3, B_0 … B_3.
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= COUNT) { return; }
  let i3 = i % SIZE_3;
  let i2 = (i / SIZE_3) % SIZE_2;
  let i1 = (i / (SIZE_3 * SIZE_2)) % SIZE_1;
  let i0 = i / (SIZE_3 * SIZE_2 * SIZE_1);
  let left = a[i0 * A_0 + i1 * A_1 + i2 * A_2 + i3 * A_3];
  let right = b[i0 * B_0 + i1 * B_1 + i2 * B_2 + i3 * B_3];
  switch FUNCTION {
    case 0u: { y[i] = left + right; }
    case 1u: { y[i] = left - right; }
    case 2u: { y[i] = left * right; }
    default: { y[i] = left / right; }
  }
}
