import { argumentError, EngineError } from '../errors.js';
import { memoryOwner, updatedBy } from './memory.js';
import type { Attributes, Node, Op } from './node.js';
import { elements, sameShape, showType, type TensorType } from './shape.js';
import type { Storage } from './storage.js';
import { Tensor } from './tensor.js';

/** A traced function: nodes in the order they were called, which is also the order they run in. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs = new Map<string, Tensor>();
  #tensors = 0;
  #streams = 0;
  readonly #storages = new Map<Storage, Tensor[]>();
  /** The last node that updated each storage. */
  readonly #updates = new Map<Storage, number>();

  /** A value written before each run. Asking twice for one name gives the same tensor. */
  input(name: string, type: TensorType): Tensor {
    const known = this.inputs.get(name);
    if (known) {
      if (known.dtype !== type.dtype || !sameShape(known.shape, type.shape)) {
        throw argumentError(name, `is already an input of type ${showType(known)}, asked for as ${showType(type)}`);
      }
      return known;
    }
    const tensor = new Tensor(this, this.#tensors++, type, { kind: 'input', name });
    this.inputs.set(name, tensor);
    return tensor;
  }

  /**
   * A view of device memory that outlives the program, `offset` in elements. It shows the state as the trace has left
   * it so far: taken again after an in-place update, it is another tensor.
   */
  storage(storage: Storage, type: TensorType, offset = 0): Tensor {
    if (storage.dtype !== type.dtype || offset + elements(type.shape) > storage.length) {
      throw argumentError(
        storage.label,
        `${showType(type)} at element ${offset} does not lie in ${storage.dtype}[${storage.length}]`,
      );
    }
    const views = this.#storages.get(storage) ?? [];
    this.#storages.set(storage, views);
    const updated = this.#updates.get(storage) ?? -1;
    const known = views.find(
      ({ source, shape }) =>
        source.kind === 'storage' && source.offset === offset && source.since > updated && sameShape(shape, type.shape),
    );
    if (known) return known;
    const since = this.nodes.length;
    const tensor = new Tensor(this, this.#tensors++, type, { kind: 'storage', storage, offset, since });
    views.push(tensor);
    return tensor;
  }

  /** Appends one op; the shape rule runs here, so a mistake is found where it is written. */
  apply<A extends Attributes>(op: Op<string, A>, inputs: readonly Tensor[], attributes: A): readonly Tensor[] {
    for (const input of inputs) {
      if (input.graph !== this) {
        throw new EngineError('TRACE_STATE', `${op.name}: an input belongs to another trace`, {
          where: op.name,
          fix: 'Tensors live only inside the function given to compile(); pass values between programs as data.',
        });
      }
    }
    const outputs: Tensor[] = [];
    const node: Node<A> = { id: this.nodes.length, op, attributes, inputs: [...inputs], outputs };
    for (const [output, type] of op.infer(inputs, attributes).entries()) {
      outputs.push(new Tensor(this, this.#tensors++, type, { kind: 'node', node: node as unknown as Node, output }));
    }
    this.nodes.push(node as unknown as Node);
    for (const index of outputs.keys()) {
      const updated = updatedBy(node as unknown as Node, index);
      const owner = updated && memoryOwner(updated);
      if (owner?.source.kind === 'storage') this.#updates.set(owner.source.storage, node.id);
    }
    return outputs;
  }

  /** A number that no other use in this graph has: keeps random streams apart. */
  stream(): number {
    return this.#streams++;
  }
}
