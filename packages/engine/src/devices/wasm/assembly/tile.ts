/**
 * The inner kernels of matrix products and convolutions (`tileRows`, `tileColumns`, `tileTaps`): a tile of 5 rows × 8
 * columns of c in registers. Every tile starts from `init` (a bias, zeros, or c itself) and is stored to `out`; strides are
 * in bytes.
 *
 * What decides the speed is that nothing of the loop leaves the registers. V8 has 15 of the 16 vector registers: ten
 * accumulators, two vectors of b, one value of a and its product with b fit, twelve accumulators (6 × 8) do not, and each
 * accumulator that goes through memory makes its sum wait for it. One core of a 4.1 GHz Zen 5, whose peak is 65 GFLOP/s,
 * Node 20: 5 × 8 reaches 60, 6 × 8 with two steps a turn 52, with one step 32, 4 × 8 49 (its loop is too short for what a turn
 * costs), 5 × 8 with two steps 45. With fused multiply-add 5 × 8 reaches 60 too.
 * A row that is missing adds 0 to the pointer before it instead of taking that pointer over: then V8 knows all pointers to be
 * sums of 32 bits and spares a move a row and step, without which the loop reaches 60 and with which 39.
 */
export const TILE_ROWS = 5;
/** Columns of a tile, and of b that lie together. */
export const PANEL = 8;
export const TILE_BYTES: usize = TILE_ROWS * PANEL * 4;
