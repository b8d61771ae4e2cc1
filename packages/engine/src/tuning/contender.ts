import type { Program } from '../compile/program.js';
import type { WebGpuDevice } from '../devices/webgpu/device.js';
import type { WebGpuStorage } from '../devices/webgpu/storage.js';
import type { KernelVariants } from '../graph/lowering.js';
import { elements } from '../graph/shape.js';
import { Parameters } from '../nn/parameters.js';
import { RandomGenerator } from '../random/generator.js';
import { dispatchText } from './dispatch-text.js';
import type { Workload } from './workloads.js';

const SEED = 1;

/** A workload's values on a device; programs of all variants read the same ones. */
export class Bench {
  readonly #device: WebGpuDevice;
  readonly #workload: Workload;
  readonly #values: Parameters;

  constructor(device: WebGpuDevice, workload: Workload) {
    const random = new RandomGenerator(SEED);
    this.#device = device;
    this.#workload = workload;
    this.#values = new Parameters(
      device,
      new Map(
        Object.entries(workload.reads).map(([name, shape]) => {
          const values = Float32Array.from({ length: elements(shape) }, () => random.uniform(-0.5, 0.5));
          return [name, { shape, values }];
        }),
      ),
    );
  }

  async prepare(variants: KernelVariants): Promise<Contender> {
    const start = performance.now();
    const program = await this.#device.compile({}, () => this.#workload.build((name) => this.#values.get(name)), {
      label: 'tuning',
      variants,
    });
    const readyMilliseconds = performance.now() - start;
    return new Contender(this.#device, program, variants, this.#memory, readyMilliseconds);
  }

  get #memory(): GPUBuffer {
    return (this.#values.weights as WebGpuStorage).buffer;
  }

  release(): void {
    this.#values.release();
  }
}

/** One variant of a workload, ready to be timed. */
export class Contender {
  constructor(
    readonly device: WebGpuDevice,
    readonly program: Program,
    readonly variants: KernelVariants,
    readonly memory: GPUBuffer,
    readonly readyMilliseconds: number,
  ) {}

  /** What it dispatches: equal texts compute in the same way, whatever the variants are called. */
  get text(): string {
    const nodes = this.program.plan.nodes.map(({ node }) => node);
    return dispatchText(nodes, this.device.limits, () => this.variants);
  }

  /** Milliseconds of one of `runs` runs, queued together and waited for. */
  async sample(runs: number): Promise<number> {
    const start = performance.now();
    for (let run = 0; run < runs; run++) this.program.run({});
    await this.device.readBuffer(this.memory, 0, 4, 'tuning');
    return (performance.now() - start) / runs;
  }

  /** Largest difference of its outputs from another's, as a part of their largest value. NaN counts as infinite. */
  async difference(other: Contender): Promise<number> {
    let worst = 0;
    for (const name of this.program.plan.outputs.keys()) {
      const [got, want] = [await this.program.read(name), await other.program.read(name)];
      let [largest, apart] = [0, 0];
      for (let i = 0; i < want.length; i++) {
        const gap = Math.abs(got[i]! - want[i]!);
        largest = Math.max(largest, Math.abs(want[i]!));
        apart = Math.max(apart, Number.isFinite(gap) ? gap : Number.POSITIVE_INFINITY);
      }
      worst = Math.max(worst, apart === 0 ? 0 : apart / largest);
    }
    return worst;
  }
}
