/** Blocks of this length each hold at least one QRS complex at 30 beats a minute, seconds. */
const BLOCK_S = 2;
/** Blocks on each side that the level is taken from. */
const CONTEXT_BLOCKS = 5;
/** Rank among the sorted block maxima, 0 to 1: below the middle, so that large ectopic beats do not hide the small normal ones. */
const RANK = 0.4;

/**
 * The height that a QRS complex has around here: of the maxima of the 2 s blocks within 10 s, the one of rank 0.4, joined by
 * straight lines from block to block.
 *
 * @returns N values in the unit of the envelope.
 */
export function qrsLevel(envelope: Float64Array, fs: number): Float64Array {
  const block = Math.max(1, Math.round(BLOCK_S * fs));
  const blocks = Math.max(1, Math.ceil(envelope.length / block));
  const maxima = new Float64Array(blocks);
  for (let i = 0; i < envelope.length; i++) {
    const b = Math.floor(i / block);
    if (envelope[i]! > maxima[b]!) maxima[b] = envelope[i]!;
  }
  const levels = maxima.map((_, b) => {
    const around = maxima.slice(Math.max(0, b - CONTEXT_BLOCKS), b + CONTEXT_BLOCKS + 1).sort();
    return around[Math.floor(RANK * around.length)]!;
  });
  return envelope.map((_, i) => {
    const at = Math.min(blocks - 1, Math.max(0, i / block - 0.5));
    const b = Math.min(blocks - 1, Math.floor(at));
    const next = levels[Math.min(blocks - 1, b + 1)]!;
    return levels[b]! + (at - b) * (next - levels[b]!);
  });
}
