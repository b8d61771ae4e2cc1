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

  constructor(plan: Plan, spec: S, executable: Executable) {
    this.plan = plan;
    this.#executable = executable;
    const declared = Object.keys(spec);
    this.#scalars = plan.inputs.map(({ name }) => name).filter((name) => !declared.includes(name));
  }

  /**
   * Queues one run. `inputs` holds every declared input as a flat typed array (row-major); `scalars` every
   * `scalar(name)` of the trace. Returns at once; results are fetched with `read`.
   * Throws INVALID_ARGUMENT when a value is missing, unknown, of another length, or no whole number for a scalar of integers.
   */
  run(inputs: InputValues<S>, scalars: ScalarValues = {}): void {
    this.#assertState('run');
    const given = new Map<string, ArrayLike<number> | number>(Object.entries({ ...inputs, ...scalars }));
    const refuse = (name: string, what: string) => {
      const known = this.plan.inputs.map((input) => input.name).join(', ') || 'nothing';
      return argumentError(`run: '${name}'`, what, `This program takes: ${known}.`);
    };
    // All are looked at before any is staged: what a refused run was given must not be in the next profile.
    const values = this.plan.inputs.map(({ name, tensor }) => {
      const value = given.get(name);
      given.delete(name);
      if (value === undefined) throw refuse(name, 'was not given');
      if (typeof value !== 'number') {
        if (value.length === tensor.size) return value;
        throw refuse(name, `needs ${tensor.size} values for ${showType(tensor)}, got ${value.length}`);
      }
      if (tensor.size === 1 && (tensor.dtype === 'f32' || Number.isInteger(value))) return [value];
      throw refuse(name, `needs ${showType(tensor)}, got ${value}`);
    });
    for (const name of given.keys()) throw refuse(name, 'is not an input of this program');
    for (const [index, value] of values.entries()) this.#executable.write(index, value);
    this.#executable.execute();
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
    const placement = this.plan.placements.get(tensor)!;
    if (placement.kind === 'storage') placement.storage.assertUsable(`read: '${name}'`);
    return this.#executable.read(tensor);
  }

  #assertState(where: string): void {
    for (const storage of this.plan.storages) storage.assertUsable(where);
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
  async profile(): Promise<KernelProfile[]> {
    this.#assertState('profile');
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
