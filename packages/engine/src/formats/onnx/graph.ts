import { ELEMENT_TYPES, type OnnxElementType } from './element-types.js';

/**
 * An attribute's value: whole numbers become INT, fractions are given as `{ float }`, texts become STRING, and what an operator
 * repeats is a graph of its own.
 */
export type OnnxAttribute = number | { readonly float: number } | string | readonly number[] | OnnxBody;

/** An input or an output of a graph. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: OnnxElementType;
  readonly shape: readonly OnnxDimension[];
}

/** A dimension of known size, one that is any number and has a name, or one of which nothing is known. */
export type OnnxDimension = number | string | undefined;

/** A graph within a graph. */
export interface OnnxBody {
  readonly graph: OnnxGraph;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** One operator of a graph: the values it takes and those it makes. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Numbers that are part of the file: weights, shapes, axes. */
export interface OnnxConstant {
  readonly name: string;
  readonly dtype: OnnxElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Nodes and constants of an ONNX graph as they are collected. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  readonly #names: Set<string>;

  /** @param around the graph that this one is to be within: no name may mean two things in both. */
  constructor(around?: OnnxGraph) {
    this.#names = around ? around.#names : new Set();
  }

  /** A name nobody has yet: `wanted`, or that with a number. */
  name(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#names.has(name); n++) name = `${wanted}_${n}`;
    this.#names.add(name);
    return name;
  }

  /** Appends a node; its result is called `output`, or after the operator. Gives that name; of several results the first's. */
  add(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output: string | readonly [string, ...string[]] = this.name(operator.toLowerCase()),
  ): string {
    const outputs = typeof output === 'string' ? ([output] as const) : output;
    this.nodes.push({ operator, inputs, outputs, attributes });
    return outputs[0];
  }

  /** The value in another type. */
  cast(value: string, dtype: OnnxElementType): string {
    return this.add('Cast', [value], { to: ELEMENT_TYPES[dtype] });
  }

  floats(name: string, shape: readonly number[], values: Float32Array | Float64Array): string {
    return this.#constant(name, values instanceof Float32Array ? 'f32' : 'f64', shape, values);
  }

  integers(name: string, shape: readonly number[], values: Int32Array | Uint32Array): string {
    return this.#constant(name, values instanceof Int32Array ? 'i32' : 'u32', shape, values);
  }

  /** A list of whole numbers, i64: shapes, axes, indices. */
  list(name: string, values: readonly number[]): string {
    return this.#constant(name, 'i64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** One whole number, i64, without a dimension. */
  integer(name: string, value: number): string {
    return this.#constant(name, 'i64', [], BigInt64Array.of(BigInt(value)));
  }

  #constant(wanted: string, dtype: OnnxElementType, shape: readonly number[], values: ArrayBufferView): string {
    const name = this.name(wanted);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    this.constants.push({ name, dtype, shape, bytes });
    return name;
  }
}
