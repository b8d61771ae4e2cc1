import { describe, expect, it } from 'vitest';
import { differencesFromTorch, torchCases } from '../../testing/torch-vectors.js';
import { averagePool1d, maxPool1d, type PoolOptions } from './pool.js';

const pools = { max: maxPool1d, average: averagePool1d };
const cases = torchCases<PoolOptions & { function: keyof typeof pools }>(
  new URL('./torch.vectors.json', import.meta.url),
);

describe("pooling equals PyTorch's", () => {
  it.each(cases.map((vectors) => [vectors.name, vectors] as const))('%s', async (_, vectors) => {
    const { function: name, ...options } = vectors.options;
    expect(await differencesFromTorch(vectors, ({ x }) => pools[name](x!, options))).toEqual([]);
  });
});
