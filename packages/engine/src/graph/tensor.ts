import type { Graph } from './graph.js';
import type { Node } from './node.js';
import { type DType, elements, type Shape, type TensorType, tensorType } from './shape.js';
import type { Storage } from './storage.js';

/** Where a tensor's values come from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | {
      readonly kind: 'storage';
      readonly storage: Storage;
      readonly offset: number;
      /** Number of nodes when the view was taken: it shows the state as those left it. */
      readonly since: number;
    }
  | { readonly kind: 'node'; readonly node: Node; readonly output: number };

/** A symbolic value: a shape, an element type and where it comes from. It holds no memory; a compiled program does. */
export class Tensor implements TensorType {
  readonly graph: Graph;
  readonly id: number;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly source: Source;

  /** Made by the graph only. Throws INVALID_ARGUMENT for a shape that is none. */
  constructor(graph: Graph, id: number, type: TensorType, source: Source) {
    const { dtype, shape } = tensorType(type.dtype, type.shape);
    this.graph = graph;
    this.id = id;
    this.dtype = dtype;
    this.shape = shape;
    this.source = source;
  }

  /** Number of elements. */
  get size(): number {
    return elements(this.shape);
  }
}
