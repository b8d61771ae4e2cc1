import { expect, it } from 'vitest';
import { sourceOf } from '../../graph/lowering.js';
import { DEFAULT_LIMITS } from '../../testing/default-limits.js';
import type { OpCase } from '../../testing/op-case.js';
import { opCases } from '../../testing/op-cases.js';
import { fusedNodesOfCase } from '../../testing/run-case.js';
import { VARIANTS } from '../../tuning/variants.js';
import { lower } from './lower.js';
import { prelude } from './prelude.js';
import { SOFTWARE_VARIANTS } from './software-variants.js';

it("a kernel's name and constants tell its text, so that programs may share pipelines by them", async () => {
  const texts = new Map<string, string>();
  const single = Object.entries(VARIANTS).flatMap(([kernel, names]) => names.map((name) => ({ [kernel]: name })));
  const cases = Object.values(opCases as Record<string, readonly OpCase[]>).flat();
  for (const limits of [DEFAULT_LIMITS, { ...DEFAULT_LIMITS, subgroupSize: 8 }]) {
    for (const variants of [{}, SOFTWARE_VARIANTS, ...single]) {
      for (const opCase of cases) {
        for (const node of fusedNodesOfCase(opCase, { limits, variants })) {
          for (const step of lower(node, limits, variants).steps) {
            const key = `${step.kernel.name}\n${prelude(step.constants)}`;
            // A pipeline also has the layout of what it binds.
            const text = `${step.bindings.map(({ access }) => access)}\n${await sourceOf(step.kernel)}`;
            const known = texts.get(key) ?? text;
            if (known !== text) expect.fail(`two texts go by the key of ${key}`);
            texts.set(key, text);
          }
        }
      }
    }
  }
  expect(texts.size).toBeGreaterThan(1000);
});
