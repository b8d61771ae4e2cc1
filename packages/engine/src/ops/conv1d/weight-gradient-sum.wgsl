// dw[o, column] and db[o], which is the column after the last: their partial sums added in the splits' order.
// Prelude: CHANNELS_OUT, COLUMNS, SPLITS.
@group(0) @binding(0) var<storage, read> partial: array<f32>;  // [SPLITS, CHANNELS_OUT, COLUMNS + 1]
@group(0) @binding(1) var<storage, read_write> dw: array<f32>;  // [CHANNELS_OUT, COLUMNS]
@group(0) @binding(2) var<storage, read_write> db: array<f32>;  // [CHANNELS_OUT]

const COUNT: u32 = CHANNELS_OUT * (COLUMNS + 1u);

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 64u + lane;
  if (i >= COUNT) { return; }
  var total = 0.0;
  for (var split = 0u; split < SPLITS; split++) { total += partial[split * COUNT + i]; }
  let o = i / (COLUMNS + 1u);
  let column = i % (COLUMNS + 1u);
  if (column < COLUMNS) { dw[o * COLUMNS + column] = total; } else { db[o] = total; }
}
