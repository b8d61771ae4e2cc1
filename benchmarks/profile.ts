/**
 * Where the time of one inference and of one training step of the beat network goes: kernels of the same name together, the
 * median of several profiles. On WebGPU with timestamps the share of the device's own roofline stands beside each.
 *
 *   npm run profile -w @ecgpu/benchmarks [-- webgpu|wasm [BATCH [THREADS]]]
 */
import { type KernelProfile, Parameters, type Program } from '@ecgpu/engine';
import { openDevice } from '@ecgpu/engine/node';
import { loadBeats } from './beats.js';
import { markdownTable } from './measurement/markdown.js';
import { compileInference, compileStep } from './peers/ecgpu.js';

const PROFILES = 9;

const [kind = 'webgpu', batchSize = '64', threads = '1'] = process.argv.slice(2);
if (kind !== 'webgpu' && kind !== 'wasm') throw new Error(`'${kind}' cannot be profiled here: webgpu or wasm`);
const size = Number(batchSize);

interface KernelTime {
  readonly uses: number;
  readonly microseconds: number;
  /** Of the kernel's time at the roofline, in microseconds; absent where the device has none. */
  readonly floor: number | undefined;
}

function byKernel(profile: readonly KernelProfile[]): Map<string, KernelTime> {
  const kernels = new Map<string, KernelTime>();
  for (const { kernel, microseconds, percentOfRoofline } of profile) {
    const { uses, floor = 0, ...sum } = kernels.get(kernel) ?? { uses: 0, microseconds: 0, floor: 0 };
    kernels.set(kernel, {
      uses: uses + 1,
      microseconds: sum.microseconds + microseconds,
      // A kernel that took less than a step of the clock has no share of anything.
      floor: percentOfRoofline === undefined ? undefined : floor + (microseconds * (percentOfRoofline || 0)) / 100,
    });
  }
  return kernels;
}

const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

async function table(title: string, program: Program, run: (step: number) => void): Promise<string> {
  const profiles: Map<string, KernelTime>[] = [];
  for (let i = 0; i < PROFILES; i++) {
    // A profile is a run like any other, and takes the inputs that were staged last.
    run(i + 1);
    profiles.push(byKernel(await program.profile()));
  }
  const medians = [...profiles[0]!.entries()].map(([kernel, { uses, floor }]) => ({
    kernel,
    uses,
    microseconds: middle(profiles.map((each) => each.get(kernel)!.microseconds)),
    ...(floor === undefined ? {} : { floor: middle(profiles.map((each) => each.get(kernel)!.floor!)) }),
  }));
  const total = medians.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const rows = medians
    .sort((a, b) => b.microseconds - a.microseconds)
    .map(({ kernel, uses, microseconds, floor }) => [
      kernel,
      String(uses),
      microseconds.toFixed(0),
      `${((100 * microseconds) / total).toFixed(1)} %`,
      floor === undefined || microseconds === 0 ? '' : `${((100 * floor) / microseconds).toFixed(0)} %`,
    ]);
  const head = ['kernel', 'uses', 'µs', 'share', 'of roofline'];
  return `### ${title}: ${(total / 1000).toFixed(1)} ms in kernels\n\n${markdownTable(head, rows)}\n`;
}

const { values, batch } = await loadBeats();
const { window, rhythm, ...targets } = batch(size);
const device = await openDevice({ kind, ...(kind === 'wasm' ? { threads: Number(threads) } : {}) });
try {
  process.stdout.write(`${device.description}\n\n`);
  const inference = await compileInference(device, new Parameters(device, values), size);
  process.stdout.write(await table(`One inference, batch ${size}`, inference, () => inference.run({ window, rhythm })));
  const { program, scalars } = await compileStep(device, values, size, 'plain');
  process.stdout.write(
    `\n${await table(`One training step, batch ${size}`, program, (at) => program.run({ window, rhythm, ...targets }, scalars(at)))}`,
  );
} finally {
  device.close();
}
