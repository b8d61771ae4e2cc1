import type { Device } from '../devices/device.js';
import { WebGpuDevice } from '../devices/webgpu/device.js';
import { argumentError } from '../errors.js';
import type { KernelVariants } from '../graph/lowering.js';
import { choose, spreadOf } from './choose.js';
import { Bench, type Contender } from './contender.js';
import {
  FORMAT_NAME,
  FORMAT_VERSION,
  type TuningManifest,
  tunedPlace,
  type VariantChoice,
  type VariantTiming,
} from './manifest.js';
import { SHAPE_CLASSES, type ShapeClassName } from './shape-classes.js';
import { type TunedKernel, VARIANTS } from './variants.js';
import { WORKLOADS } from './workloads.js';

export interface TuneOptions {
  /** Rounds in which every variant is timed once, in turning order. Default 15. */
  readonly rounds?: number;
  /** How long one sample lasts about; short kernels run more often in it. Default 20. */
  readonly sampleMilliseconds?: number;
  /** Only the classes of shapes for which it is true. */
  readonly filter?: (shapes: string) => boolean;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly shapes: string }) => void;
}

interface Pace {
  readonly rounds: number;
  readonly sampleMilliseconds: number;
}

/** Sums in another order differ by rounding; anything beyond is another result. */
const SAME_RESULT = 1e-3;

/**
 * Times the kernel variants of every class of shapes on a WebGPU device, interleaved and beside a control, and returns what
 * to open the device with from now on: `openDevice({ manifest })`. The device's own choice of variants stays as it is.
 * Throws INVALID_ARGUMENT for a device without variants, fewer than 3 rounds or a sample of no length.
 */
export async function tuneDevice(
  device: Device,
  { rounds = 15, sampleMilliseconds = 20, filter = () => true, onProgress }: TuneOptions = {},
): Promise<TuningManifest> {
  if (!(device instanceof WebGpuDevice)) {
    throw argumentError('tuneDevice', `the ${device.kind} device has no variants`, "Open one with kind: 'webgpu'.");
  }
  if (!Number.isInteger(rounds) || rounds < 3) throw argumentError('tuneDevice', 'needs 3 rounds or more');
  if (!(sampleMilliseconds > 0 && sampleMilliseconds < Infinity)) {
    throw argumentError('tuneDevice', `samples cannot last ${sampleMilliseconds} ms`);
  }
  const classes = [...SHAPE_CLASSES].filter(([shapes]) => filter(shapes));
  const choices: VariantChoice[] = [];
  for (const [done, [shapes, { kernels }]] of classes.entries()) {
    onProgress?.({ done, total: classes.length, shapes });
    choices.push(...(await tuneClass(device, shapes as ShapeClassName, kernels, { rounds, sampleMilliseconds })));
  }
  return {
    format: FORMAT_NAME,
    formatVersion: FORMAT_VERSION,
    ...tunedPlace(device.gpu.adapterInfo),
    date: new Date().toISOString(),
    choices,
  };
}

/** Kernels of a class are tuned one after the other, each beside what was chosen before. */
async function tuneClass(
  device: WebGpuDevice,
  shapes: ShapeClassName,
  kernels: readonly TunedKernel[],
  pace: Pace,
): Promise<VariantChoice[]> {
  const bench = new Bench(device, WORKLOADS[shapes]);
  try {
    let base: KernelVariants = device.variants;
    const choices: VariantChoice[] = [];
    for (const kernel of kernels) {
      const choice = {
        kernel,
        shapes,
        workload: WORKLOADS[shapes].what,
        ...(await tuneKernel(bench, kernel, base, pace)),
      };
      choices.push(choice);
      if (choice.variant !== null) base = { ...base, [kernel]: choice.variant };
    }
    return choices;
  } finally {
    bench.release();
  }
}

async function tuneKernel(
  bench: Bench,
  kernel: TunedKernel,
  base: KernelVariants,
  pace: Pace,
): Promise<Pick<VariantChoice, 'variant' | 'reason' | 'timings'>> {
  const standard = await bench.prepare(base);
  const running = new Map<string | null, Contender>();
  const skipped: VariantTiming[] = [];
  try {
    await standard.sample(1);
    for (const variant of VARIANTS[kernel]) {
      const entry = await admit(bench, { ...base, [kernel]: variant }, [[null, standard], ...running]);
      if (typeof entry === 'string') skipped.push({ variant, skipped: entry });
      else running.set(variant, entry);
    }
    if (running.size === 0) return { ...choose([], []), timings: skipped };
    const times = await interleaved([standard, standard, ...running.values()], pace);
    const ratios = times.map((row) => row.map((time, round) => time / times[0]![round]!));
    const names = [null, null, ...running.keys()];
    const chosen = choose(
      [...running.keys()].map((variant, index) => ({ variant: variant!, ratios: ratios[index + 2]! })),
      ratios[1]!,
    );
    const timings = names.map(
      (variant, index): VariantTiming => ({
        variant,
        ...(index === 1 ? { control: true } : {}),
        milliseconds: spreadOf(times[index]!),
        ratio: spreadOf(ratios[index]!),
        readyMilliseconds: (running.get(variant) ?? standard).readyMilliseconds,
      }),
    );
    return { ...chosen, timings: [...timings, ...skipped] };
  } finally {
    for (const { program } of [standard, ...running.values()]) program.release();
  }
}

/** A variant that is worth timing, or why it is not. */
async function admit(
  bench: Bench,
  variants: KernelVariants,
  running: readonly (readonly [variant: string | null, contender: Contender])[],
): Promise<Contender | string> {
  let contender: Contender;
  try {
    contender = await bench.prepare(variants);
  } catch (error) {
    return `does not compile: ${firstLine(error)}`;
  }
  const refused = await reasonAgainst(contender, running);
  if (refused === undefined) return contender;
  contender.program.release();
  return refused;
}

async function reasonAgainst(contender: Contender, running: Parameters<typeof admit>[2]): Promise<string | undefined> {
  const twin = running.find(([, other]) => other.text === contender.text);
  if (twin !== undefined) return `computes as ${twin[0] ?? 'the default'} does here`;
  const [, standard] = running[0]!;
  await contender.sample(1);
  const difference = await contender.difference(standard);
  return difference > SAME_RESULT ? `differs by ${difference.toExponential(1)} of the largest value` : undefined;
}

/** Milliseconds of a run by contender and round. Load on the machine meets all of them alike: the order turns. */
async function interleaved(
  contenders: readonly Contender[],
  { rounds, sampleMilliseconds }: Pace,
): Promise<number[][]> {
  const once = await contenders[0]!.sample(2);
  const runs = Math.max(1, Math.round(sampleMilliseconds / once));
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    const order = contenders.map((_, index) => (index + round) % contenders.length);
    if (round % 2 === 1) order.reverse();
    for (const index of order) times[index]![round] = await contenders[index]!.sample(runs);
  }
  return times;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 200);
}
