/**
 * A number as C's `%width.digitsf` prints it. Where two decimals are equally near, C takes the even one and toFixed the
 * larger: 3.125 is 3.12 in one and 3.13 in the other, and 1/32 is a ratio that occurs.
 */
export function fixed(value: number, digits: number, width = 0): string {
  const scale = 10 ** digits;
  const half = value * scale - Math.floor(value * scale) === 0.5;
  // Only a multiple of 2^-(digits + 1) can lie exactly between two decimals.
  const exact = Number.isInteger(value * 2 ** (digits + 1));
  const down = Math.floor(value * scale);
  const rounded = half && exact && down % 2 === 0 ? down / scale : value;
  return rounded.toFixed(digits).padStart(width);
}

/** An integer as C's `%widthd` prints it. */
export function whole(value: number, width = 0): string {
  return value.toFixed(0).padStart(width);
}
