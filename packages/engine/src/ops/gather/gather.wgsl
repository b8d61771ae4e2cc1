// y[i] = table[index[i]] row by row, bit by bit; FILL in every element where the index is no row.
// Prelude: COUNT, ROWS, WIDTH, FILL.
@group(0) @binding(0) var<storage, read> table: array<u32>;      // [ROWS, WIDTH]
@group(0) @binding(1) var<storage, read> index: array<i32>;      // [COUNT / WIDTH]
@group(0) @binding(2) var<storage, read_write> y: array<u32>;    // [COUNT / WIDTH, WIDTH]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i >= COUNT) { return; }
  let row = index[i / WIDTH];
  var value = FILL;
  if (row >= 0 && row < i32(ROWS)) { value = table[u32(row) * WIDTH + i % WIDTH]; }
  y[i] = value;
}
