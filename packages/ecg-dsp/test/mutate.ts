/** Seeded random numbers (mulberry32), so that a failing case can be run again. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NASTY = [
  '-1',
  '0',
  '1e999',
  'nan',
  '99999999999',
  '2147483648',
  '~',
  '..',
  '/',
  'x',
  '+',
  ':',
  '(',
  '#',
  '\r',
  '',
  ' ',
];

/** Damages bytes in one to four ways: flipped bits, other bytes, cuts, repeats, and for text nasty words in place of its own. */
export function mutate(bytes: Uint8Array, next: () => number, isText: boolean): Uint8Array {
  let out = [...bytes];
  const below = (limit: number): number => Math.floor(next() * limit);
  for (let n = 1 + below(4); n > 0; n--) {
    const at = below(out.length + 1);
    const kind = below(isText ? 8 : 6);
    if (kind === 0 && at < out.length) out[at]! ^= 1 << below(8);
    else if (kind === 1 && at < out.length) out[at] = below(256);
    else if (kind === 2) out = out.slice(0, at);
    else if (kind === 3) out.splice(at, 1 + below(8));
    else if (kind === 4) out.splice(at, 0, ...out.slice(at, at + 1 + below(16)));
    else if (kind === 5) out.splice(at, 0, below(256));
    else {
      const words = String.fromCharCode(...out).split(/(\s)/);
      words[below(words.length)] = NASTY[below(NASTY.length)]!;
      out = words
        .join('')
        .split('')
        .map((letter) => letter.charCodeAt(0) & 0xff);
    }
  }
  return Uint8Array.from(out);
}
