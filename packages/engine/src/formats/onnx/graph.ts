import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './schema/onnx_pb.js';

/** An attribute's value: whole numbers become INT, fractions are given as `{ float }`, texts become STRING. */
export type OnnxAttribute = number | { readonly float: number } | string | readonly number[];

/** Nodes and constants of an ONNX graph as they are collected. */
export class OnnxGraph {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #names = new Set<string>();

  /** A name nobody has yet: `wanted`, or that with a number. */
  name(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#names.has(name); n++) name = `${wanted}_${n}`;
    this.#names.add(name);
    return name;
  }

  /** Appends a node; its one result is called `output`, or after the operator. Gives that name. */
  add(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output = this.name(operator.toLowerCase()),
  ): string {
    this.nodes.push(
      create(NodeProtoSchema, {
        opType: operator,
        name: `${operator}:${output}`,
        input: [...inputs],
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
    return output;
  }

  floats(name: string, dims: readonly number[], values: Float32Array): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    return this.#initializer(name, DataType.FLOAT, dims, bytes);
  }

  integers(name: string, dims: readonly number[], values: Int32Array | Uint32Array): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    return this.#initializer(name, values instanceof Int32Array ? DataType.INT32 : DataType.UINT32, dims, bytes);
  }

  /** A list of whole numbers: shapes, axes, indices. */
  list(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#initializer(name, DataType.INT64, [values.length], new Uint8Array(data.buffer));
  }

  #initializer(wanted: string, dataType: DataType, dims: readonly number[], rawData: Uint8Array<ArrayBuffer>): string {
    const name = this.name(wanted);
    this.initializers.push(create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData }));
    return name;
  }
}

function attribute(name: string, value: OnnxAttribute): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}
