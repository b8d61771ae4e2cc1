/** Fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2), and of the square roots of the first 8. */
const [ROUND, START] = constants();

/**
 * SHA-256 (FIPS 180-4), as lower-case hex. Beside the platform's because that one is asynchronous, and a model file is
 * read in one go.
 */
export function sha256(parts: Iterable<Uint8Array>): string {
  const state = START.slice();
  const block = new Uint8Array(64);
  const words = new Uint32Array(64);
  let [length, filled] = [0, 0];
  const take = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) {
      const size = Math.min(64 - filled, bytes.length - at);
      block.set(bytes.subarray(at, at + size), filled);
      at += size;
      filled += size;
      if (filled === 64) {
        compress(state, block, words);
        filled = 0;
      }
    }
  };
  for (const bytes of parts) {
    take(bytes);
    length += bytes.length;
  }
  const end = new Uint8Array(filled < 56 ? 64 - filled : 128 - filled);
  end[0] = 0x80;
  new DataView(end.buffer).setBigUint64(end.length - 8, 8n * BigInt(length));
  take(end);
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

function compress(state: Uint32Array, block: Uint8Array, words: Uint32Array): void {
  const view = new DataView(block.buffer);
  const turned = (x: number, by: number) => (x >>> by) | (x << (32 - by));
  for (let t = 0; t < 16; t++) words[t] = view.getUint32(4 * t);
  for (let t = 16; t < 64; t++) {
    const [w15, w2] = [words[t - 15]!, words[t - 2]!];
    const s0 = turned(w15, 7) ^ turned(w15, 18) ^ (w15 >>> 3);
    const s1 = turned(w2, 17) ^ turned(w2, 19) ^ (w2 >>> 10);
    words[t] = words[t - 16]! + s0 + words[t - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t]! + words[t]!) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i]! += value;
}

function constants(): [Uint32Array, Uint32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const fraction = (x: number) => Math.floor((x - Math.floor(x)) * 2 ** 32);
  return [
    Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
    Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
  ];
}
