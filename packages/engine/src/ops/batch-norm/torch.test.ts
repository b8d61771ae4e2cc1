import { describe, expect, it } from 'vitest';
import { differencesFromTorch, torchCases } from '../../testing/torch-vectors.js';
import { type BatchNormOptions, batchNorm } from './batch-norm.js';

const cases = torchCases<BatchNormOptions>(new URL('./torch.vectors.json', import.meta.url));

describe("batchNorm equals PyTorch's", () => {
  it.each(cases.map((vectors) => [vectors.name, vectors] as const))('%s', async (_, vectors) => {
    const differences = await differencesFromTorch(vectors, ({ x, weight, bias, runningMean, runningVariance }) =>
      batchNorm(
        x!,
        { weight: weight!, bias: bias!, runningMean: runningMean!, runningVariance: runningVariance! },
        vectors.options,
      ),
    );
    expect(differences).toEqual([]);
  });
});
