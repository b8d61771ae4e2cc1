/**
 * The inner kernels of matrix products and convolutions (`tileRows`, `tileColumns`, `tileTaps`): a tile of 6 rows × 8
 * columns of c in registers. Twelve accumulators, two vectors of b and one value of a fill the 16 vector registers that
 * x86 and V8 have. Every tile starts from `init` (a bias, zeros, or c itself) and is stored to `out`; strides are in bytes.
 *
 * How the loops are written decides how well V8 keeps the accumulators in registers (one core of a 4 GHz Zen 5, Node
 * 20): without fused multiply-add two steps a turn reach 50 GFLOP/s where one step reaches 32, and an odd step after the
 * loop instead of before it costs all of that again. With it, `tileRows` reaches 57 with one step a turn and 44 with
 * two, but `tileColumns` 25 and 33. That is why each has its loop written out instead of sharing one.
 */
export const TILE_ROWS = 6;
/** Columns of a tile, and of b that lie together. */
export const PANEL = 8;
export const TILE_BYTES: usize = TILE_ROWS * PANEL * 4;
