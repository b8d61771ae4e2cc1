/** A quiet NaN with a pattern of its own: what a kernel fails to write stays NaN, and a stray write shows bit by bit. */
const POISON = 0x7fc0_dead;

export function poisoned(length: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(length).fill(POISON);
}

export function isGuardIntact(bytes: ArrayBuffer): boolean {
  return new Uint32Array(bytes).every((word) => word === POISON);
}
