/** The variants of every kernel that has any, by the name that ops look them up by. */
export const VARIANTS = {
  gru: ['private', 'workgroup', 'storage', 'blocks'],
  matmul: ['tiled', 'tiled, 256 threads', '8 by 8', '8 by 8, 256 threads', 'direct', 'subgroups'],
  conv1d: ['shared', '32 threads', '128 threads', '4 by 4', '8 by 8', 'unshared', 'subgroups'],
  'conv1d weight gradient': ['shared', 'direct', 'subgroups'],
  'long sums': ['fewer', 'more'],
  elementwise: ['singles', 'quads'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type TunedKernel = keyof typeof VARIANTS;
