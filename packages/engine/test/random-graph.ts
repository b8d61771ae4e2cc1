import {
  elements,
  f32,
  i32,
  RandomGenerator,
  type Shape,
  softmaxCrossEntropy,
  type Tensor,
  type TensorType,
} from '../src/index.js';
import { type CaseTensor, integers, type OpCase, type ValueRule } from '../src/testing/op-case.js';
import { layersOf } from './random-layers.js';

/** What a layer makes of the values before it, of which the last is what it goes on with. */
type Step = (values: readonly Tensor[], inputs: Readonly<Record<string, Tensor>>) => Tensor;

/** Lengths to both sides of what kernels take at once. */
const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 40, 48, 63, 64, 65];

/** A graph that is being drawn: a chain of layers, which may also read what was before the last. */
export class GraphDrawing {
  readonly random: RandomGenerator;
  readonly inputs: Record<string, CaseTensor> = {};
  readonly state: Record<string, CaseTensor> = {};
  readonly scalars: Record<string, number> = {};
  /** The bias that the last step has added to each channel, where it has. */
  shift: string | undefined;
  readonly shapes: Shape[] = [];
  readonly names: string[] = [];
  readonly steps: Step[] = [];

  constructor(seed: number) {
    this.random = new RandomGenerator(seed, 77);
  }

  get shape(): Shape {
    return this.shapes.at(-1)!;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.random.integer(list.length)]!;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + this.random.integer(high - low + 1);
  }

  chance(share: number): boolean {
    return this.random.uniform() < share;
  }

  length(most: number): number {
    return this.pick(LENGTHS.filter((length) => length <= most));
  }

  /** A new input; gives its name. */
  input(type: TensorType, values?: ValueRule, constant = false): string {
    const name = `i${Object.keys(this.inputs).length}`;
    this.inputs[name] = { type, ...(values ? { values } : {}), ...(constant ? { constant } : {}) };
    return name;
  }

  /** Normal numbers for a sum of `terms`, which is then as large as what is summed. */
  weight(shape: Shape, terms: number): string {
    return this.input(f32(...shape), (random) => random.normal() / Math.sqrt(terms));
  }

  /** A new state; gives its name. */
  stored(type: TensorType, values: ValueRule): string {
    const name = `s${Object.keys(this.state).length}`;
    this.state[name] = { type, values };
    return name;
  }

  /** An earlier value for which `fits`, the last left out. */
  earlier(fits: (shape: Shape) => boolean): number | undefined {
    const fitting = [...this.shapes.keys()].slice(0, -1).filter((at) => fits(this.shapes[at]!));
    return fitting.length > 0 ? this.pick(fitting) : undefined;
  }

  /** Leaves an input out of the gradient check. */
  freeze(name: string): void {
    this.inputs[name] = { ...this.inputs[name]!, constant: true };
  }

  add(name: string, shape: Shape, step: Step): void {
    this.shift = undefined;
    this.names.push(name);
    this.shapes.push(shape);
    this.steps.push(step);
  }
}

/**
 * A graph of one to eight layers of random kinds, shapes and attributes, over values that are normal at first: what the table of op cases
 * has one by one, in the neighbourhoods that devices put together, share memory between and compute in other ways.
 */
export function randomGraph(seed: number): OpCase {
  const drawing = new GraphDrawing(seed);
  const start = drawing.chance(0.8)
    ? [drawing.length(17), drawing.length(33), drawing.length(65)]
    : [drawing.length(65), drawing.length(65)];
  const x = drawing.input(f32(...start));
  drawing.add(`[${start}]`, start, (_, inputs) => inputs[x]!);
  const layers = drawing.between(1, 8);
  for (let tries = 0; drawing.names.length <= layers && tries < 40; tries++) {
    drawing.pick(layersOf(drawing.shape))(drawing);
  }
  if (drawing.shape.length === 2 && drawing.chance(0.3)) {
    const [rows, classes] = drawing.shape as [number, number];
    const label = drawing.input(i32(rows), integers(classes));
    drawing.add('cross-entropy', [], (values, inputs) => softmaxCrossEntropy(values.at(-1)!, inputs[label]!));
  }
  // Read from outside too, so that what makes it cannot be put into what reads it.
  const seen = drawing.chance(0.4) ? drawing.between(0, drawing.steps.length - 1) : undefined;
  return {
    name: `seed ${seed}: ${drawing.names.join(' → ')}`,
    inputs: drawing.inputs,
    state: drawing.state,
    scalars: drawing.scalars,
    build: (inputs) => {
      const values: Tensor[] = [];
      for (const step of drawing.steps) values.push(step(values, inputs));
      return { y: values.at(-1)!, ...(seen === undefined ? {} : { seen: values[seen]! }) };
    },
    // Errors pass through all layers, and WGSL lets tanh be off by 1e-5; a wrong index is off by what the values are.
    tolerance: { terms: 4000, scale: 'largest', absolute: 1e-4 },
    gradients: { terms: 40_000, scale: 'largest', absolute: 1e-4 },
    seed,
  };
}

/** Products and sums that a reference may take a moment for. */
export const affordable = (shape: Shape, each: number): boolean => elements(shape) * each <= 1_000_000;
