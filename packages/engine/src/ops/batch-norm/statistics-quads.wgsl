// What statistics.wgsl computes, for CPUs: a thread has a chunk for itself, so that there is neither workgroup memory nor a
// barrier, and reads four values at a time, each once: LENGTH is a multiple of four. A few quads' mean and centred squares are
// made from registers and put together as statistics-merge.wgsl does with chunks. On lavapipe the network's four take
// 0.9 ms so and 4.7 by statistics.wgsl, at batch 64 on a machine with other work.
// Needs channel-quads.wgsl. Prelude: BATCH, CHANNELS, LENGTH, CHUNKS, CHUNK (a multiple of four).
@group(0) @binding(0) var<storage, read> x: array<vec4f>;              // [BATCH, CHANNELS, LENGTH / 4]
@group(0) @binding(1) var<storage, read_write> partial: array<vec2f>;  // [CHANNELS, CHUNKS] of (mean, centred squares)

const LANES: u32 = 16u;
const TOGETHER: u32 = 8u;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let number = (group.y * groups.x + group.x) * LANES + lane;
  if (number >= CHANNELS * CHUNKS) { return; }
  let chunk = chunk_of(number, CHUNK / 4u);
  var sum = 0.0;
  var squares = 0.0;
  var count = 0.0;
  let end = chunk.end;
  for (var first = chunk.start; first < end; first += TOGETHER) {
    var quads: array<vec4f, TOGETHER>;
    var sums = vec4f();
    for (var j = 0u; j < TOGETHER; j++) {
      let at = min(first + j, end - 1u);
      quads[j] = x[place_of(chunk.channel, at)];
      sums += select(vec4f(), quads[j], first + j < end);
    }
    let more = 4.0 * f32(min(TOGETHER, end - first));
    let total = (sums.x + sums.y) + (sums.z + sums.w);
    let mean = total / more;
    var centred_squares = vec4f();
    for (var j = 0u; j < TOGETHER; j++) {
      let centred = select(vec4f(), quads[j] - mean, first + j < end);
      centred_squares += centred * centred;
    }
    // The first quads are not shifted, not even by NaN where their mean is infinite.
    let shift = select(0.0, mean - sum / count, count > 0.0);
    squares += (centred_squares.x + centred_squares.y) + (centred_squares.z + centred_squares.w);
    squares += shift * shift * (count * more / (count + more));
    sum += total;
    count += more;
  }
  partial[number] = vec2f(sum / count, squares);
}
