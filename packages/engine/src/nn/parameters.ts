import type { Device } from '../devices/device.js';
import { argumentError, EngineError, shapeError } from '../errors.js';
import { elements, type Shape, sameShape, showShape } from '../graph/shape.js';
import type { Storage } from '../graph/storage.js';
import type { Tensor } from '../graph/tensor.js';
import { activeGraph } from '../graph/trace.js';

/** One named tensor of a model, as plain data. */
export interface ParameterValue {
  readonly shape: Shape;
  /** Row-major. */
  readonly values: Float32Array;
  /** Kept and saved with the model but not trained: running statistics. */
  readonly buffer?: boolean;
}

/** A model's tensors by name; the order is the order in memory. */
export type ParameterValues = ReadonlyMap<string, ParameterValue>;

interface Place {
  readonly shape: Shape;
  readonly buffer: boolean;
  /** In elements. */
  readonly offset: number;
}

/** WebGPU binds storage at multiples of 256 bytes; every parameter starts at one. */
const ALIGNMENT = 64;

/**
 * A model's parameters on a device: all trained ones in one flat memory, all buffers in another, shared by every program.
 * One flat memory is what lets an optimiser be one dispatch and a checkpoint one read.
 */
export class Parameters {
  readonly device: Device;
  readonly weights: Storage;
  readonly buffers: Storage;
  readonly #places = new Map<string, Place>();
  readonly #companions = new Map<string, Storage>();
  readonly #storages: Storage[] = [];

  constructor(device: Device, values: ParameterValues) {
    this.device = device;
    const length = { weights: 0, buffers: 0 };
    for (const [name, { shape, values: data, buffer = false }] of values) {
      requireFilled(name, shape, data);
      const memory = buffer ? 'buffers' : 'weights';
      this.#places.set(name, { shape: [...shape], buffer, offset: length[memory] });
      length[memory] += Math.ceil(data.length / ALIGNMENT) * ALIGNMENT;
    }
    this.weights = this.keep(Math.max(ALIGNMENT, length.weights), 'weights');
    this.buffers = this.keep(Math.max(ALIGNMENT, length.buffers), 'buffers');
    this.write(values);
  }

  /** Names of the trained parameters, in memory order. */
  get names(): string[] {
    return [...this.#places].filter(([, { buffer }]) => !buffer).map(([name]) => name);
  }

  /** Names of everything, buffers included, in memory order. */
  get allNames(): string[] {
    return [...this.#places.keys()];
  }

  /** The parameter as a tensor of the trace that is being made. Throws UNKNOWN_PARAMETER. */
  get(name: string): Tensor {
    const { shape, buffer, offset } = this.#place(name);
    return activeGraph(`parameter ${name}`).storage(
      buffer ? this.buffers : this.weights,
      { dtype: 'f32', shape },
      offset,
    );
  }

  /** Element at which a parameter starts in its flat memory. */
  offsetOf(name: string): number {
    return this.#place(name).offset;
  }

  shapeOf(name: string): Shape {
    return this.#place(name).shape;
  }

  #place(name: string): Place {
    const place = this.#places.get(name);
    if (place) return place;
    throw new EngineError('UNKNOWN_PARAMETER', `there is no parameter '${name}'`, {
      where: name,
      fix: `Known: ${this.allNames.join(', ')}.`,
    });
  }

  /** All trained parameters as one flat tensor of the trace, as the trace has left them so far. */
  flatWeights(): Tensor {
    return flat(this.weights);
  }

  /** All buffers as one flat tensor of the trace, as the trace has left them so far. */
  flatBuffers(): Tensor {
    return flat(this.buffers);
  }

  /**
   * State laid out like the weights (or the buffers), zero when first asked for: optimiser moments, averages. Part of a
   * checkpoint.
   */
  companion(name: string, of: 'weights' | 'buffers' = 'weights'): Storage {
    const known = this.#companions.get(name);
    if (known) return known;
    const storage = this.keep(this[of].length, name);
    this.#companions.set(name, storage);
    return storage;
  }

  get companions(): ReadonlyMap<string, Storage> {
    return this.#companions;
  }

  /** Zero-filled memory of `length` numbers on the same device, released with the parameters; no part of a checkpoint. */
  keep(length: number, label: string): Storage {
    const storage = this.device.createStorage('f32', length, label);
    this.#storages.push(storage);
    return storage;
  }

  /** Gives all memory back, companions' too. Programs that use it throw DEVICE_CLOSED from then on. Safe to call twice. */
  release(): void {
    for (const storage of this.#storages) storage.release();
  }

  /**
   * Replaces values by name; names left out stay. Throws UNKNOWN_PARAMETER, SHAPE_MISMATCH or INVALID_ARGUMENT (values that do not
   * fill their shape, or reach beyond it) before writing any.
   */
  write(values: ParameterValues): void {
    for (const [name, { shape, values: data }] of values) {
      requireFilled(name, shape, data);
      const known = this.#place(name).shape;
      if (!sameShape(known, shape)) throw shapeError(name, `is ${showShape(known)}, got ${showShape(shape)}`);
    }
    for (const [name, { values: data }] of values) {
      const { buffer, offset } = this.#place(name);
      (buffer ? this.buffers : this.weights).write(data, offset);
    }
  }

  /** All values as plain data; with `from`, those of companions laid out the same way (an average of the weights). */
  async read(from: { weights?: Storage; buffers?: Storage } = {}): Promise<ParameterValues> {
    const [weights, buffers] = await Promise.all([
      (from.weights ?? this.weights).read(),
      (from.buffers ?? this.buffers).read(),
    ]);
    const values = new Map<string, ParameterValue>();
    for (const [name, { shape, buffer, offset }] of this.#places) {
      const data = (buffer ? buffers : weights).subarray(offset, offset + elements(shape));
      values.set(name, { shape, values: Float32Array.from(data), buffer });
    }
    return values;
  }
}

function requireFilled(name: string, shape: Shape, data: Float32Array): void {
  if (data.length !== elements(shape))
    throw argumentError(name, `${showShape(shape)} has ${elements(shape)} values, got ${data.length}`);
}

/** A whole storage of numbers as one tensor of the trace, as the trace has left it so far. */
export function flat(storage: Storage): Tensor {
  return activeGraph(storage.label).storage(storage, { dtype: 'f32', shape: [storage.length] });
}
