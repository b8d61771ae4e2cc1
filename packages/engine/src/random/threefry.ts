/**
 * Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011):
 * a counter-based generator. The n-th number of a stream is a pure function of key and counter, so the CPU and every
 * GPU thread draw the same numbers, in any order. `threefry.wgsl` is the same function.
 */
const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Two 32-bit words for the key (k0, k1) and the counter (c0, c1). */
export function threefry(k0: number, k1: number, c0: number, c1: number): [number, number] {
  const keys = [k0 | 0, k1 | 0, PARITY ^ k0 ^ k1] as const;
  let x = (c0 + keys[0]) | 0;
  let y = (c1 + keys[1]) | 0;
  for (let round = 0; round < 20; round++) {
    x = (x + y) | 0;
    const rotation = ROTATIONS[round % 8]!;
    y = ((y << rotation) | (y >>> (32 - rotation))) ^ x;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x = (x + keys[injection % 3]!) | 0;
      y = (y + keys[(injection + 1) % 3]! + injection) | 0;
    }
  }
  return [x >>> 0, y >>> 0];
}

/** The upper 24 bits as a number in [0, 1): exact in f32, so equal on every device. */
export function uniformFromBits(bits: number): number {
  return (bits >>> 8) / 16_777_216;
}
