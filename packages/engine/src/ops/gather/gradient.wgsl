// dtable[row] = Σ dy[i] over the i with index[i] = row, in order: each thread looks through all indices for its element.
// Prelude: COUNT (elements of the table), ENTRIES (indices), WIDTH.
@group(0) @binding(0) var<storage, read> dy: array<f32>;             // [ENTRIES, WIDTH]
@group(0) @binding(1) var<storage, read> index: array<i32>;          // [ENTRIES]
@group(0) @binding(2) var<storage, read_write> dtable: array<f32>;   // [COUNT / WIDTH, WIDTH]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= COUNT) { return; }
  let row = i32(i / WIDTH);
  let column = i % WIDTH;
  var total = 0.0;
  for (var entry = 0u; entry < ENTRIES; entry++) {
    if (index[entry] == row) { total += dy[entry * WIDTH + column]; }
  }
  dtable[i] = total;
}
