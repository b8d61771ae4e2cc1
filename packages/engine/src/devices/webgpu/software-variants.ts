/**
 * For a CPU workgroup memory is no nearer than any other, a barrier saves and restores all that its threads hold, and
 * threads are lanes of its vectors: what pays is many products for each number read, loops of the same length for all
 * threads, and no barriers. With these a training step of the beat network takes half the CPU time (lavapipe).
 */
export const SOFTWARE_VARIANTS = {
  conv1d: 'subgroups',
  'conv1d weight gradient': 'subgroups',
  elementwise: 'quads',
  gru: 'blocks',
  matmul: 'subgroups',
} as const;
