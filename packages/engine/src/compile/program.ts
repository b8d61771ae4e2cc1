import { argumentError } from '../errors.js';
import { showType } from '../graph/shape.js';
import type { TensorData } from '../graph/storage.js';
import type { InputSpec, Outputs } from '../graph/trace.js';
import type { Executable, KernelProfile, ProgramStats } from './executable.js';
import type { Plan } from './plan.js';

export type InputValues<S extends InputSpec> = { readonly [K in keyof S]: TensorData | Float64Array };
/** Values by name of what the trace asked for with `scalar(name)`. */
export type ScalarValues = Readonly<Record<string, number>>;

/** A compiled function. It owns all its memory: running it allocates nothing and leaves nothing to free. */
export class Program<S extends InputSpec = InputSpec, O extends Outputs = Outputs> {
  readonly plan: Plan;
  readonly #executable: Executable;
  readonly #scalars: readonly string[];
  readonly #inputs: ReadonlyMap<string, number>;

  constructor(plan: Plan, spec: S, executable: Executable) {
    this.plan = plan;
    this.#executable = executable;
    this.#inputs = new Map(plan.inputs.map(({ name }, index) => [name, index]));
    this.#scalars = plan.inputs.map(({ name }) => name).filter((name) => !(name in spec));
  }

  /**
   * Queues one run. `inputs` holds every declared input as a flat typed array (row-major); `scalars` every
   * `scalar(name)` of the trace. Returns at once; results are fetched with `read`.
   * Throws INVALID_ARGUMENT when a value is missing, unknown or of another length.
   */
  run(inputs: InputValues<S>, scalars: ScalarValues = {}): void {
    for (const [name, values] of Object.entries(inputs)) this.#write(name, values);
    for (const [name, value] of Object.entries(scalars)) this.#write(name, [value]);
    for (const { name } of this.plan.inputs) {
      if (name in inputs || name in scalars) continue;
      throw argumentError(
        `run: '${name}'`,
        'was not given',
        `This program needs: ${[...this.#inputs.keys()].join(', ')}.`,
      );
    }
    this.#executable.execute();
  }

  #write(name: string, values: ArrayLike<number>): void {
    const index = this.#inputs.get(name);
    if (index === undefined) {
      const known = [...this.#inputs.keys()].join(', ') || 'no inputs';
      throw argumentError(`run: '${name}'`, 'is not an input of this program', `It has: ${known}.`);
    }
    const { tensor } = this.plan.inputs[index]!;
    if (values.length !== tensor.size) {
      throw argumentError(
        `run: '${name}'`,
        `needs ${tensor.size} values for ${showType(tensor)}, got ${values.length}`,
      );
    }
    this.#executable.write(index, values);
  }

  /** An output's values after everything queued so far, row-major. */
  async read(name: keyof O & string): Promise<TensorData> {
    const values = await this.readExact(name);
    return values instanceof Float64Array ? Float32Array.from(values) : values;
  }

  /** Like `read`, in the precision the device computes in: f64 on the reference device, but for state, which is f32. */
  async readExact(name: keyof O & string): Promise<TensorData | Float64Array> {
    const tensor = this.plan.outputs.get(name);
    if (tensor === undefined) {
      throw argumentError(
        `read: '${name}'`,
        `is not an output; there are: ${[...this.plan.outputs.keys()].join(', ')}`,
      );
    }
    return this.#executable.read(tensor);
  }

  /** The first value of an output: the loss as a number. */
  async readScalar(name: keyof O & string): Promise<number> {
    // No tensor is without elements.
    return (await this.readExact(name))[0]!;
  }

  /** Names that every run must give as scalars. */
  get scalars(): readonly string[] {
    return this.#scalars;
  }

  stats(): ProgramStats {
    return this.#executable.stats();
  }

  /**
   * One run with the values of the last, every kernel timed on its own: state advances as in any run, and the total is
   * above a plain run's, where kernels follow each other without a pause.
   */
  profile(): Promise<KernelProfile[]> {
    return this.#executable.profile();
  }

  /** Names of tensors behind whose end something was written, for programs compiled with `guard`. */
  violatedGuards(): Promise<string[]> {
    return this.#executable.violatedGuards();
  }

  /** Gives the program's memory back; parameters and other storages stay. Safe to call twice. */
  release(): void {
    this.#executable.release();
  }
}
