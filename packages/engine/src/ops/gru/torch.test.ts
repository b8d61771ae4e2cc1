import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradientsOf } from '../../autodiff/gradients.js';
import { openCpuDevice } from '../../devices/cpu/open.js';
import { f32 } from '../../graph/shape.js';
import { agree } from '../../testing/agree.js';
import { multiply } from '../binary/binary.js';
import { sum } from '../reduce/reduce.js';
import { gru } from './gru.js';

const NAMES = ['x', 'inputWeight', 'recurrentWeight', 'inputBias', 'recurrentBias'] as const;
type Named = Record<(typeof NAMES)[number], number[]>;

interface Vectors {
  readonly cases: readonly {
    readonly extent: Record<'batch' | 'steps' | 'width' | 'hidden' | 'directions', number>;
    readonly inputs: Named;
    readonly slope: number[];
    readonly states: number[];
    readonly gradients: Named;
  }[];
}

const { cases } = JSON.parse(readFileSync(new URL('./torch.vectors.json', import.meta.url), 'utf8')) as Vectors;

describe("GRU equals PyTorch's", () => {
  it.each(cases.map((vectors) => [vectors.extent.directions, vectors] as const))(
    '%i directions',
    async (_, vectors) => {
      const { batch, steps, width, hidden, directions } = vectors.extent;
      const program = await openCpuDevice().compile(
        {
          x: f32(batch, steps, width),
          inputWeight: f32(directions, 3 * hidden, width),
          recurrentWeight: f32(directions, 3 * hidden, hidden),
          inputBias: f32(directions, 3 * hidden),
          recurrentBias: f32(directions, 3 * hidden),
          slope: f32(batch, steps, directions * hidden),
        },
        ({ x, slope, ...parameters }) => {
          const states = gru(x, parameters);
          const tensors = { x, ...parameters };
          const gradients = gradientsOf(
            sum(multiply(states, slope)),
            NAMES.map((name) => tensors[name]),
          );
          return { states, ...Object.fromEntries(NAMES.map((name, index) => [name, gradients[index]!])) };
        },
      );
      const values = Object.fromEntries(NAMES.map((name) => [name, Float64Array.from(vectors.inputs[name])]));
      program.run({ ...(values as Record<keyof Named, Float64Array>), slope: Float64Array.from(vectors.slope) });
      // Both are f64; the file keeps twelve decimals.
      const near = () => 1e-11;
      for (const [name, want] of Object.entries({ states: vectors.states, ...vectors.gradients })) {
        expect({ name, ...agree(await program.readExact(name as 'states'), want, near) }).toMatchObject({
          agrees: true,
        });
      }
    },
  );
});
