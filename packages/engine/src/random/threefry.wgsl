// Threefry-2x32-20 (Salmon et al., SC 2011); the same function as threefry.ts.
fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(key.x, key.y, 0x1bd11bdau ^ key.x ^ key.y);
  let rotations = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var x = counter + key;
  for (var round = 0u; round < 20u; round++) {
    x.x += x.y;
    let rotation = rotations[round % 8u];
    x.y = ((x.y << rotation) | (x.y >> (32u - rotation))) ^ x.x;
    if (round % 4u == 3u) {
      let injection = (round + 1u) / 4u;
      x.x += keys[injection % 3u];
      x.y += keys[(injection + 1u) % 3u] + injection;
    }
  }
  return x;
}

// The upper 24 bits as a number in [0, 1).
fn uniform_from_bits(bits: u32) -> f32 {
  return f32(bits >> 8u) / 16777216.0;
}
