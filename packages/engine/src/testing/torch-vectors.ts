import { readFileSync } from 'node:fs';
import { gradientsOf } from '../autodiff/gradients.js';
import { openCpuDevice } from '../devices/cpu/open.js';
import { f32 } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { multiply } from '../ops/binary/binary.js';
import { sum } from '../ops/reduce/reduce.js';
import { agree, describeAgreement } from './agree.js';
import { prepareCase } from './run-case.js';

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What PyTorch answered: y, state after the call, and the gradients of Σ y·slope. */
export interface TorchCase<Options> {
  readonly name: string;
  readonly options: Options;
  readonly inputs: Readonly<Record<string, Values>>;
  readonly state: Readonly<Record<string, { readonly before: Values; readonly after: Values }>>;
  readonly slope: Values;
  readonly y: Values;
  readonly gradients: Readonly<Record<string, Values>>;
}

/** The cases of a `torch.vectors.json`. */
export function torchCases<Options>(file: URL): readonly TorchCase<Options>[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: TorchCase<Options>[] }).cases;
}

/** One line for everything in which the f64 reference of `build` differs from PyTorch's doubles, given to 12 decimals. */
export async function differencesFromTorch<Options>(
  { name, inputs, state, slope, y, gradients }: TorchCase<Options>,
  build: (tensors: Readonly<Record<string, Tensor>>) => Tensor,
): Promise<string[]> {
  const tensor = ({ shape, values }: Values) => ({
    type: f32(...shape),
    values: (_: unknown, i: number) => values[i]!,
  });
  const run = await prepareCase(openCpuDevice(), {
    name,
    inputs: mapValues({ ...inputs, slope }, tensor),
    state: mapValues(state, ({ before }) => tensor(before)),
    build: (tensors) => {
      const output = build(tensors);
      const names = Object.keys(gradients);
      const found = gradientsOf(
        sum(multiply(output, tensors['slope']!)),
        names.map((input) => tensors[input]!),
      );
      return { y: output, ...Object.fromEntries(names.map((input, i) => [`d ${input}`, found[i]!])) };
    },
    tolerance: { terms: 1, scale: 'output' },
  });
  const exact = mapValues({ ...inputs, slope, ...mapValues(state, ({ before }) => before) }, ({ values }) =>
    Float64Array.from(values),
  );
  const got = await run.run(exact);
  run.release();
  const want: Record<string, Values> = { y, ...mapValues(state, ({ after }) => after) };
  for (const [input, gradient] of Object.entries(gradients)) want[`d ${input}`] = gradient;
  return Object.entries(want).flatMap(([what, { values }]) => {
    // A storage is read as f32.
    const precision = what in state ? 2 ** -24 : 1e-11;
    const agreement = agree(got[what]!, values, (i) => precision * (1 + Math.abs(values[i]!)));
    return agreement.agrees ? [] : [describeAgreement(what, agreement)];
  });
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]));
}
