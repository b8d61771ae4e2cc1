/** Middle value of finite numbers, the mean of the two middle ones of an even count; sorts `values` in place. */
export function medianInPlace(values: Float32Array | Float64Array): number {
  values.sort();
  const middle = values.length >> 1;
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
}
