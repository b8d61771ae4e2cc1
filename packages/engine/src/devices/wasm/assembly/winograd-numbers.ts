/** Numbers of Winograd's transforms, in memory for the reason that `math.ts` has. */
const NUMBERS = memory.data<f32>([4, 5, 0.25, 1.25, 0.5, 2.5, 4.25, 5.25, 8, 0.125]);
export const FOUR: usize = 0;
export const FIVE: usize = 4;
export const QUARTER: usize = 8;
export const FIVE_QUARTERS: usize = 12;
export const HALF: usize = 16;
export const FIVE_HALVES: usize = 20;
export const SEVENTEEN_QUARTERS: usize = 24;
export const TWENTY_ONE_QUARTERS: usize = 28;
export const EIGHT: usize = 32;
export const EIGHTH: usize = 36;

export function times(number: usize, x: v128): v128 {
  return f32x4.mul(v128.load32_splat(NUMBERS + number), x);
}
