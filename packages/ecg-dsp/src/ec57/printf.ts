/**
 * A number as C's `%width.digitsf` prints it. Where two decimals are equally near, C takes the even one and toFixed the
 * larger: 3.125 is 3.12 in one and 3.13 in the other, and 1/32 is a ratio that occurs.
 */
export function fixed(value: number, digits: number, width = 0): string {
  const scale = 10 ** digits;
  const size = Math.abs(value);
  const half = size * scale - Math.floor(size * scale) === 0.5;
  // Only a multiple of 2^-(digits + 1) can lie exactly between two decimals.
  const exact = Number.isInteger(size * 2 ** (digits + 1));
  const down = Math.floor(size * scale);
  const rounded = half && exact && down % 2 === 0 ? down / scale : size;
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return `${sign}${rounded.toFixed(digits)}`.padStart(width);
}

/** A positive number as C's `%.digitsg` prints it. */
export function significant(value: number, digits: number): string {
  const [mantissa, power] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  const plain = exponent >= -4 && exponent < digits;
  const text = plain ? value.toFixed(digits - 1 - exponent) : mantissa!;
  const shortened = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  if (plain) return shortened;
  return `${shortened}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** An integer as C's `%widthd` prints it. */
export function whole(value: number, width = 0): string {
  return value.toFixed(0).padStart(width);
}
