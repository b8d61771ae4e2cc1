// A channel's values in chunks, four at a time: quad `at` of a channel, counted through the batch. LENGTH is a multiple of four.
// Prelude: BATCH, CHANNELS, LENGTH, CHUNKS.
const ROW: u32 = LENGTH / 4u;

struct Chunk {
  channel: u32,
  start: u32,
  end: u32,
}

// Chunk `number` of all channels', each of so many quads, the last of a channel of fewer.
fn chunk_of(number: u32, quads: u32) -> Chunk {
  let start = number % CHUNKS * quads;
  return Chunk(number / CHUNKS, start, min(start + quads, BATCH * ROW));
}

fn place_of(channel: u32, at: u32) -> u32 {
  return (at / ROW * CHANNELS + channel) * ROW + at % ROW;
}
