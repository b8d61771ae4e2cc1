import { argumentError } from '../../errors.js';
import type { Node } from '../../graph/node.js';
import { elements, showShape } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import type { ConcatAttributes } from '../../ops/concat/concat.js';
import type { SliceAttributes } from '../../ops/concat/slice.js';
import type { MatmulAttributes } from '../../ops/matmul/matmul.js';
import type { ReduceAttributes } from '../../ops/reduce/reduce.js';
import type { TransposeAttributes } from '../../ops/transpose/transpose.js';

/**
 * Follows the batch through a graph that was traced with one batch size, so that the exported graph can take any. The
 * axis of a value is where the batch lies in it (its length there is a multiple of the batch), undefined for values that
 * do not depend on it. Throws INVALID_ARGUMENT where a value mixes the batch in a way that fixes its size.
 */
export class BatchAxes {
  readonly #axes = new Map<Tensor, number>();
  /** The batch that the graph was traced with; undefined where nothing is dynamic. */
  readonly size: number | undefined;

  /** Every input that is not a scalar starts with the batch; `inputs` empty: nothing is dynamic. */
  constructor(inputs: readonly Tensor[]) {
    this.size = inputs.find(({ shape }) => shape.length > 0)?.shape[0];
    for (const { shape, source } of inputs) {
      if (shape.length === 0 || shape[0] === this.size) continue;
      const name = source.kind === 'input' ? source.name : 'an input';
      throw argumentError(
        'exportOnnx',
        `with a dynamic batch all inputs start with it; '${name}' is ${showShape(shape)}, another starts with ${this.size}`,
      );
    }
    for (const input of inputs) if (input.shape.length > 0) this.#axes.set(input, 0);
  }

  of(tensor: Tensor): number | undefined {
    return this.#axes.get(tensor);
  }

  follow(node: Node): void {
    if (!node.inputs.some((input) => this.#axes.has(input))) return;
    const axis = this.#axisOf(node);
    if (axis === undefined) return;
    for (const output of node.outputs) this.#axes.set(output, axis);
  }

  #axisOf(node: Node): number | undefined {
    const { op, inputs, outputs, attributes } = node;
    const axis = this.of(inputs[0]!);
    const rank = inputs[0]!.shape.length;
    switch (op.name) {
      case 'unary':
      case 'scale':
        return axis;
      case 'softmax':
      case 'linear':
        return axis === rank - 1 ? refuse(node) : this.#onlyFirst(node);
      case 'binary':
        return this.#broadcast(node);
      case 'transpose':
        return (attributes as TransposeAttributes).axes.indexOf(axis!);
      case 'reshape':
        return this.#reshaped(node);
      case 'reduce': {
        const reduced = (attributes as ReduceAttributes).axis;
        if (reduced === axis) return undefined;
        return axis! > reduced ? axis! - 1 : axis;
      }
      case 'slice':
        return (attributes as SliceAttributes).axis === axis ? refuse(node) : axis;
      case 'concat': {
        const same = inputs.every((input) => this.of(input) === axis);
        return same && (attributes as ConcatAttributes).axis !== axis ? axis : refuse(node);
      }
      case 'matmul': {
        const batched = rank === 3 && inputs.every((input) => this.of(input) === 0);
        const rows = rank === 2 && axis === 0 && !(attributes as MatmulAttributes).transposeA;
        return batched || (rows && this.of(inputs[1]!) === undefined) ? 0 : refuse(node);
      }
      case 'attentionPool':
        return axis === 0 && this.of(inputs[1]!) === 0 && this.of(inputs[2]!) === undefined ? 0 : refuse(node);
      default:
        // Layers over [batch, …] with weights beside.
        return outputs[0]!.shape[0] === inputs[0]!.shape[0] && axis === 0 ? this.#onlyFirst(node) : refuse(node);
    }
  }

  #onlyFirst(node: Node): number | undefined {
    return node.inputs.slice(1).some((input) => this.#axes.has(input)) ? refuse(node) : this.of(node.inputs[0]!);
  }

  /** Axes count from the right here; beside the batch there must be the batch, or something that stretches. */
  #broadcast(node: Node): number {
    const rank = node.outputs[0]!.shape.length;
    const aligned = node.inputs.map((input) => {
      const axis = this.of(input);
      return axis === undefined ? undefined : axis + rank - input.shape.length;
    });
    const axis = aligned.find((at) => at !== undefined)!;
    const fits = node.inputs.every((input, index) => {
      const length = input.shape[axis - (rank - input.shape.length)] ?? 1;
      return aligned[index] === axis || (aligned[index] === undefined && length === 1);
    });
    return fits ? axis : refuse(node);
  }

  /** Each item's elements must fill whole rows of the new shape; then the first dimension is what follows. */
  #reshaped(node: Node): number {
    const [x, y] = [node.inputs[0]!, node.outputs[0]!];
    const ofItem = elements(x.shape) / this.size!;
    const follows = this.of(x) === 0 && y.shape.length > 0 && ofItem % elements(y.shape.slice(1)) === 0;
    return follows ? 0 : refuse(node);
  }
}

function refuse({ op, inputs, outputs }: Node): never {
  const shapes = `${inputs.map(({ shape }) => showShape(shape)).join(', ')} → ${showShape(outputs[0]!.shape)}`;
  throw argumentError(
    'exportOnnx',
    `${op.name} ${shapes} depends on the batch's size`,
    'Export with a fixed batch (leave out `dynamicBatch`), or keep the batch in the first dimension.',
  );
}
