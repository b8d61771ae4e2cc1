// Sum over the 64 threads of a workgroup, given to all of them, always in the same order. Two barriers, where a tree takes
// seven: a barrier costs more than the few additions it spares. The kernel says what a Summand is.
const LANES: u32 = 64u;
var<workgroup> lanes: array<Summand, LANES>;
var<workgroup> eighths: array<Summand, 8>;

fn workgroup_sum(lane: u32, value: Summand) -> Summand {
  lanes[lane] = value;
  workgroupBarrier();
  if (lane < 8u) {
    var sum = lanes[lane * 8u];
    for (var i = 1u; i < 8u; i++) { sum += lanes[lane * 8u + i]; }
    eighths[lane] = sum;
  }
  workgroupBarrier();
  return ((eighths[0] + eighths[1]) + (eighths[2] + eighths[3])) + ((eighths[4] + eighths[5]) + (eighths[6] + eighths[7]));
}
