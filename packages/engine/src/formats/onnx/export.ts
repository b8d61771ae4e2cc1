import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Plan } from '../../compile/plan.js';
import { argumentError } from '../../errors.js';
import type { Node } from '../../graph/node.js';
import type { DType } from '../../graph/shape.js';
import type { Storage, TensorData } from '../../graph/storage.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../../nn/parameters.js';
import { VERSION } from '../../version.js';
import { BatchAxes } from './batch-axis.js';
import { OnnxGraph } from './graph.js';
import { projectionOf } from './gru.js';
import { onnxRules } from './rules.js';
import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  ModelProtoSchema,
  type TensorShapeProto_DimensionSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
  Version,
} from './schema/onnx_pb.js';

/** The ONNX operator set that exported models are written in. */
export const OPSET = 17;

export interface OnnxOptions {
  /** Name of the graph. */
  readonly name?: string;
  /** Lets the first dimension of every input and of what follows from it be any number. */
  readonly dynamicBatch?: boolean;
  /** Gives weights the names they have there; without it they are called after their place. */
  readonly parameters?: Parameters;
  /** Becomes the model's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A compiled inference program as an ONNX model (opset 17), its weights as they are now on the device. Inputs and outputs
 * keep their names. Throws INVALID_ARGUMENT for ops that belong to training or to data on the device, and where a dynamic
 * batch is asked for that the graph does not allow.
 */
export async function exportOnnx(
  { plan }: { readonly plan: Plan },
  { name = 'ecgpu', dynamicBatch = false, parameters, metadata = {} }: OnnxOptions = {},
): Promise<Uint8Array> {
  const exporter = new Exporter(plan, dynamicBatch, await storedValues(plan), parameters);
  for (const { node } of plan.nodes) exporter.node(node);
  const { graph, inputs, outputs } = exporter.finish();
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(Version.IR_VERSION_2021_7_30),
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    producerName: 'ecgpu',
    producerVersion: VERSION,
    graph: create(GraphProtoSchema, {
      name,
      node: graph.nodes,
      initializer: graph.initializers,
      input: inputs,
      output: outputs,
    }),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

async function storedValues({ nodes, outputs }: Plan): Promise<ReadonlyMap<Storage, TensorData>> {
  const used = new Set<Storage>();
  for (const { source } of [...nodes.flatMap(({ node }) => node.inputs), ...outputs.values()]) {
    if (source.kind === 'storage') used.add(source.storage);
  }
  return new Map(await Promise.all([...used].map(async (storage) => [storage, await storage.read()] as const)));
}

class Exporter {
  readonly #graph = new OnnxGraph();
  readonly #plan: Plan;
  readonly #axes: BatchAxes;
  readonly #stored: ReadonlyMap<Storage, TensorData>;
  readonly #parameters: Parameters | undefined;
  readonly #names = new Map<Tensor, string>();
  readonly #uses = new Map<Tensor, number>();
  readonly #takenIn = new Set<Node>();

  constructor(plan: Plan, dynamicBatch: boolean, stored: ReadonlyMap<Storage, TensorData>, parameters?: Parameters) {
    this.#plan = plan;
    this.#axes = new BatchAxes(dynamicBatch ? plan.inputs.map(({ tensor }) => tensor) : []);
    this.#stored = stored;
    this.#parameters = parameters;
    for (const { name, tensor } of plan.inputs) this.#names.set(tensor, this.#graph.name(name));
    for (const [name, tensor] of plan.outputs) {
      if (this.#graph.name(name) !== name)
        throw argumentError('exportOnnx', `an input is called '${name}' like an output`);
      if (tensor.source.kind === 'node' && !this.#names.has(tensor)) this.#names.set(tensor, name);
    }
    const reads = [...plan.nodes.flatMap(({ node }) => node.inputs), ...plan.outputs.values()];
    for (const tensor of reads) this.#uses.set(tensor, (this.#uses.get(tensor) ?? 0) + 1);
    for (const { node } of plan.nodes) {
      const projection = projectionOf(node, this.#uses);
      if (projection !== undefined) this.#takenIn.add(projection);
    }
  }

  node(node: Node): void {
    this.#axes.follow(node);
    if (this.#takenIn.has(node)) return;
    const rule = onnxRules[node.op.name as keyof typeof onnxRules];
    if (rule === undefined) {
      throw argumentError('exportOnnx', `${node.op.name} has no ONNX form here`, 'Export a program that only infers.');
    }
    const projection = projectionOf(node, this.#uses);
    const inputs = projection === undefined ? node.inputs : [...projection.inputs, ...node.inputs.slice(1)];
    const used = node.outputs.filter((output) => this.#uses.has(output));
    rule({
      graph: this.#graph,
      inputs,
      outputs: node.outputs,
      attributes: node.attributes,
      names: inputs.map((input) => this.#nameOf(input)),
      result: (index = 0) => this.#nameOf(node.outputs[index]!),
      batchAxis: (tensor) => this.#axes.of(tensor),
    });
    const made = new Set(this.#graph.nodes.flatMap(({ output }) => output));
    const missing = used.find((output) => !made.has(this.#nameOf(output)));
    if (missing === undefined) return;
    throw argumentError('exportOnnx', `${node.op.name}: what it keeps for the backward pass has no ONNX form`);
  }

  #nameOf(tensor: Tensor): string {
    const known = this.#names.get(tensor);
    if (known !== undefined) return known;
    const { source } = tensor;
    const name =
      source.kind === 'storage'
        ? this.#initializerOf(source.storage, source.offset, tensor)
        : this.#graph.name(valueName(tensor));
    this.#names.set(tensor, name);
    return name;
  }

  #initializerOf(storage: Storage, offset: number, { shape, size }: Tensor): string {
    const values = this.#stored.get(storage)!.subarray(offset, offset + size);
    const name = this.#parameterAt(storage, offset) ?? `${storage.label}_${offset}`;
    if (values instanceof Float32Array) return this.#graph.floats(name, shape, values);
    return this.#graph.integers(name, shape, values);
  }

  #parameterAt(storage: Storage, offset: number): string | undefined {
    const { allNames = [], names = [] } = this.#parameters ?? {};
    if (storage === this.#parameters?.weights) return names.find((name) => this.#parameters!.offsetOf(name) === offset);
    if (storage !== this.#parameters?.buffers) return undefined;
    const buffers = allNames.filter((name) => !names.includes(name));
    return buffers.find((name) => this.#parameters!.offsetOf(name) === offset);
  }

  finish(): { graph: OnnxGraph; inputs: ValueInfoProto[]; outputs: ValueInfoProto[] } {
    for (const [name, tensor] of this.#plan.outputs) {
      if (this.#names.get(tensor) !== name) this.#graph.add('Identity', [this.#nameOf(tensor)], {}, name);
    }
    return {
      graph: this.#graph,
      inputs: this.#plan.inputs.map(({ name, tensor }) => this.#valueInfo(name, tensor)),
      outputs: [...this.#plan.outputs].map(([name, tensor]) => this.#valueInfo(name, tensor)),
    };
  }

  #valueInfo(name: string, tensor: Tensor): ValueInfoProto {
    const batch = this.#axes.of(tensor);
    return create(ValueInfoProtoSchema, {
      name,
      type: {
        value: {
          case: 'tensorType',
          value: {
            elemType: ELEMENT_TYPES[tensor.dtype],
            shape: { dim: tensor.shape.map((size, axis) => dimension(size, axis === batch, this.#axes.size)) },
          },
        },
      },
    });
  }
}

type DimensionInit = MessageInitShape<typeof TensorShapeProto_DimensionSchema>;

const ELEMENT_TYPES: Readonly<Record<DType, DataType>> = {
  f32: DataType.FLOAT,
  i32: DataType.INT32,
  u32: DataType.UINT32,
};

function valueName({ source }: Tensor): string {
  if (source.kind !== 'node') return source.kind;
  const { node, output } = source;
  return output === 0 ? `${node.op.name}_${node.id}` : `${node.op.name}_${node.id}_${output}`;
}

/** A dimension that is a multiple of the batch, several items' rows in one, has no name and no size. */
function dimension(size: number, follows: boolean, batch: number | undefined): DimensionInit {
  if (!follows) return { value: { case: 'dimValue', value: BigInt(size) } };
  return size === batch ? { value: { case: 'dimParam', value: 'batch' } } : {};
}
