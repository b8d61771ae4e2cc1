import type { EngineError, ParameterValues, SafetensorsTensor } from '@ecgpu/engine';
import { requireEncoder } from '../model-file/beat-model.js';
import { areWidths, modelError } from '../model-file/metadata.js';
import type { BeatEncoderShape } from '../network/beat-encoder.js';
import { BEAT_NETWORK } from '../network/beat-network.js';
import { type InputContract, windowLength } from '../preprocess/contract.js';
import { fromPyTorch, pytorchNames } from './tensor-names.js';

/** What PyTorch keeps beside the numbers that are needed. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/** Of what was saved by PyTorch: which names and shapes it should have stands elsewhere than what our own files have. */
export function stateError(where: string, message: string): EngineError {
  return modelError(
    where,
    message,
    'Give a state_dict by the names in docs/model-files.md, as safetensors, and --as what it is.',
  );
}

/** The tensors of a state_dict by their names, or those of one of its modules by the names within. */
export class StateDict {
  /** @param prefix what stands before the names of the module in the file. */
  constructor(
    private readonly tensors: ReadonlyMap<string, SafetensorsTensor>,
    readonly where: string,
    private readonly prefix = '',
  ) {}

  /** One of its modules: `encoder.`, `members.1.`. */
  module(name: string): StateDict {
    return new StateDict(this.tensors, this.where, `${this.prefix}${name}`);
  }

  has(name: string): boolean {
    return this.tensors.has(`${this.prefix}${name}`);
  }

  /** Throws FORMAT where there is no such tensor of so many dimensions, or one of them is no width that a layer can have. */
  shapeOf(name: string, dimensions: number): readonly number[] {
    const tensor = this.tensors.get(`${this.prefix}${name}`);
    const { shape } = tensor ?? {};
    if (shape?.length === dimensions && tensor!.values instanceof Float32Array && areWidths(...shape)) return shape;
    const found = tensor === undefined ? 'missing' : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
    throw stateError(this.where, `'${this.prefix}${name}' must be F32 of ${dimensions} dimensions, is ${found}`);
  }

  /** Those of its tensors that a network needs, in our names. Throws FORMAT. */
  values(needed: ParameterValues): ParameterValues {
    const own = [...this.tensors].flatMap(([name, { shape, values }]) =>
      name.startsWith(this.prefix) && values instanceof Float32Array
        ? [[name.slice(this.prefix.length), { shape, values }] as const]
        : [],
    );
    try {
      return fromPyTorch(new Map(own), needed);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw stateError(this.where, `does not fit: ${this.prefix}${error.message}`);
    }
  }

  /**
   * Throws FORMAT where there are tensors that no part of a model takes.
   *
   * @param parts the names of each module, and what stands before them.
   */
  requireNoOthers(parts: readonly { readonly prefix: string; readonly names: Iterable<string> }[]): void {
    const known = new Set(
      parts.flatMap(({ prefix, names }) =>
        [...names].flatMap((name) => (pytorchNames[name] ?? []).map((theirs) => `${prefix}${theirs}`)),
      ),
    );
    const extra = [...this.tensors.keys()].filter((name) => !known.has(name) && !COUNTER.test(name));
    if (extra.length > 0)
      throw stateError(this.where, `has tensors the network does not: ${extra.slice(0, 5).join(', ')}`);
  }
}

/** The widths of a beat encoder, from its tensors. Throws FORMAT where it does not take what the contract gives. */
export function encoderShapeOf(state: StateDict, contract: InputContract): BeatEncoderShape {
  const [first, second, third, fourth] = [1, 2, 3, 4].map((n) => state.shapeOf(`c${n}.weight`, 3));
  const shape: BeatEncoderShape = {
    channels: first![1]!,
    samples: windowLength(contract),
    filters: [first![0]!, second![0]!, third![0]!, fourth![0]!],
    hidden: state.shapeOf('g.weight_hh_l0', 2)[1]!,
    attention: state.shapeOf('a1.weight', 2)[0]!,
    dropout: BEAT_NETWORK.dropout,
  };
  requireEncoder(shape, contract, state.where);
  return shape;
}
