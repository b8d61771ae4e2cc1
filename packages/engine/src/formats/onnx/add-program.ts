import type { Plan } from '../../compile/plan.js';
import { argumentError } from '../../errors.js';
import type { Node } from '../../graph/node.js';
import type { Storage, TensorData } from '../../graph/storage.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../../nn/parameters.js';
import { BatchAxes } from './batch-axis.js';
import type { OnnxDimension, OnnxGraph } from './graph.js';
import { projectionOf } from './gru.js';
import { onnxRules } from './rules.js';

export interface AddProgramOptions {
  /** The value in the graph that each of the program's inputs takes, by the input's name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Names that its outputs must get, by what they are called in the program; the others are named after their ops. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Lets the first dimension of every input and of what follows from it be any number. */
  readonly dynamicBatch?: boolean;
  /** Gives weights the names they have there; without it they are called after their place. */
  readonly parameters?: Parameters;
}

/** A program's values within a graph. */
export interface AddedProgram {
  /** The value that each output became, by the output's name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Sizes of an input or an output of the program; one that follows the batch is called `batch`. */
  dimensions(tensor: Tensor): readonly OnnxDimension[];
}

/**
 * Appends a compiled inference program to an ONNX graph, its weights as they are now on the device. Throws INVALID_ARGUMENT for
 * ops that belong to training or to data on the device, where a dynamic batch is asked for that the program does not allow, and
 * where an input is given no value.
 */
export async function addProgram(
  graph: OnnxGraph,
  { plan }: { readonly plan: Plan },
  options: AddProgramOptions,
): Promise<AddedProgram> {
  const nodes = new ProgramNodes(graph, plan, await storedValues(plan), options);
  for (const { node } of plan.nodes) nodes.add(node);
  return { outputs: nodes.outputs(options.outputs), dimensions: (tensor) => nodes.dimensions(tensor) };
}

async function storedValues({ nodes, outputs }: Plan): Promise<ReadonlyMap<Storage, TensorData>> {
  const used = new Set<Storage>();
  for (const { source } of [...nodes.flatMap(({ node }) => node.inputs), ...outputs.values()]) {
    if (source.kind === 'storage') used.add(source.storage);
  }
  return new Map(await Promise.all([...used].map(async (storage) => [storage, await storage.read()] as const)));
}

class ProgramNodes {
  readonly #graph: OnnxGraph;
  readonly #plan: Plan;
  readonly #axes: BatchAxes;
  readonly #stored: ReadonlyMap<Storage, TensorData>;
  readonly #parameters: Parameters | undefined;
  readonly #names = new Map<Tensor, string>();
  readonly #uses = new Map<Tensor, number>();
  readonly #takenIn = new Set<Node>();

  constructor(
    graph: OnnxGraph,
    plan: Plan,
    stored: ReadonlyMap<Storage, TensorData>,
    { inputs, outputs = {}, dynamicBatch = false, parameters }: AddProgramOptions,
  ) {
    this.#graph = graph;
    this.#plan = plan;
    this.#axes = new BatchAxes(dynamicBatch ? plan.inputs.map(({ tensor }) => tensor) : []);
    this.#stored = stored;
    this.#parameters = parameters;
    for (const { name, tensor } of plan.inputs) {
      const value = inputs[name];
      if (value === undefined) throw argumentError('addProgram', `no value is given for the input '${name}'`);
      this.#names.set(tensor, value);
    }
    for (const [name, tensor] of plan.outputs) {
      const wanted = outputs[name];
      const isFree = tensor.source.kind === 'node' && !this.#names.has(tensor);
      if (wanted !== undefined && isFree) this.#names.set(tensor, wanted);
    }
    const reads = [...plan.nodes.flatMap(({ node }) => node.inputs), ...plan.outputs.values()];
    for (const tensor of reads) this.#uses.set(tensor, (this.#uses.get(tensor) ?? 0) + 1);
    for (const { node } of plan.nodes) {
      const projection = projectionOf(node, this.#uses);
      if (projection !== undefined) this.#takenIn.add(projection);
    }
  }

  add(node: Node): void {
    this.#axes.follow(node);
    if (this.#takenIn.has(node)) return;
    const rule = onnxRules[node.op.name as keyof typeof onnxRules];
    if (rule === undefined) {
      throw argumentError('exportOnnx', `${node.op.name} has no ONNX form here`, 'Export a program that only infers.');
    }
    const projection = projectionOf(node, this.#uses);
    const inputs = projection === undefined ? node.inputs : [...projection.inputs, ...node.inputs.slice(1)];
    const used = node.outputs.filter((output) => this.#uses.has(output));
    const before = this.#graph.nodes.length;
    rule({
      graph: this.#graph,
      inputs,
      outputs: node.outputs,
      attributes: node.attributes,
      names: inputs.map((input) => this.#nameOf(input)),
      result: (index = 0) => this.#nameOf(node.outputs[index]!),
      batchAxis: (tensor) => this.#axes.of(tensor),
    });
    const made = new Set(this.#graph.nodes.slice(before).flatMap(({ outputs }) => outputs));
    const missing = used.find((output) => !made.has(this.#nameOf(output)));
    if (missing === undefined) return;
    throw argumentError('exportOnnx', `${node.op.name}: what it keeps for the backward pass has no ONNX form`);
  }

  /** Values that are an input, a weight or another output too are copied where they must have a name of their own. */
  outputs(wanted: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const named = [...this.#plan.outputs].map(([name, tensor]) => {
      const value = this.#nameOf(tensor);
      const own = wanted[name];
      if (own !== undefined && own !== value) this.#graph.add('Identity', [value], {}, own);
      return [name, own ?? value];
    });
    return Object.fromEntries(named);
  }

  /** A dimension that is a multiple of the batch, several items' rows in one, has no name and no size. */
  dimensions(tensor: Tensor): readonly OnnxDimension[] {
    const { size: batch } = this.#axes;
    return tensor.shape.map((size, axis) => {
      if (axis !== this.#axes.of(tensor)) return size;
      return size === batch ? 'batch' : undefined;
    });
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
}

function valueName({ source }: Tensor): string {
  if (source.kind !== 'node') return source.kind;
  const { node, output } = source;
  return output === 0 ? `${node.op.name}_${node.id}` : `${node.op.name}_${node.id}_${output}`;
}
