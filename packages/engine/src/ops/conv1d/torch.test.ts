import { describe, expect, it } from 'vitest';
import { differencesFromTorch, torchCases } from '../../testing/torch-vectors.js';
import { conv1d } from './conv1d.js';
import type { Conv1dWindow } from './extent.js';

const cases = torchCases<Conv1dWindow>(new URL('./torch.vectors.json', import.meta.url));

describe("conv1d equals PyTorch's", () => {
  it.each(cases.map((vectors) => [vectors.name, vectors] as const))('%s', async (_, vectors) => {
    const differences = await differencesFromTorch(vectors, ({ x, weight, bias }) =>
      conv1d(x!, weight!, bias, vectors.options),
    );
    expect(differences).toEqual([]);
  });
});
