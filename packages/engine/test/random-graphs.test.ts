import { describe, expect, it } from 'vitest';
import { checkGradients, checkValues } from '../src/testing/check-case.js';
import { deviceForSuite } from './devices.js';
import { randomGraph } from './random-graph.js';

/** Compiling a graph's shaders for Mesa's software adapter takes seconds; by hand, GRAPH_CASES=1000 and GRAPH_SEED=… look further. */
const CASES = { wasm: 150, webgpu: 5 };
const SEED = Number(process.env['GRAPH_SEED'] ?? 1);

describe.each(['wasm', 'webgpu'] as const)('random graphs on %s', (kind) => {
  const open = deviceForSuite(kind);
  const cases = Number(process.env['GRAPH_CASES'] ?? CASES[kind]);

  it(
    'give the values and gradients of the reference',
    async (context) => {
      const device = open(context);
      const problems: string[] = [];
      for (let seed = SEED; seed < SEED + cases; seed++) {
        const graph = randomGraph(seed);
        for (const check of [checkValues, checkGradients]) {
          const report = await check(device, graph).catch((error) => ({ problems: [`${error}`] }));
          problems.push(...report.problems.map((problem) => `${graph.name}: ${check.name}: ${problem}`));
        }
      }
      expect(problems).toEqual([]);
    },
    60_000 + 15_000 * cases,
  );
});
