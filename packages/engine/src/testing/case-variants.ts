import type { Device } from '../devices/device.js';
import { WebGpuDevice } from '../devices/webgpu/device.js';
import { lower } from '../devices/webgpu/lower.js';
import { EngineError } from '../errors.js';
import type { KernelLimits, KernelVariants } from '../graph/lowering.js';
import type { Node } from '../graph/node.js';
import { dispatchText } from '../tuning/dispatch-text.js';
import { type TunedKernel, VARIANTS } from '../tuning/variants.js';

/** What the safe default, taken where no variant is asked for, is called in reports. */
const DEFAULT = 'default';

/** One way to compute a case. */
export interface CaseVariants {
  /** The variant of each kernel that has any, `default` where none is asked for; empty for other kernels and devices. */
  readonly names: Readonly<Record<string, string>>;
  /** What to compile with; left out: the device's own choice. */
  readonly variants?: KernelVariants;
}

/** How a device computes these nodes by itself. Two variants of one kernel in one case are both named. */
export function ownVariants(device: Device, nodes: readonly Node[]): CaseVariants {
  if (!(device instanceof WebGpuDevice)) return { names: {} };
  const names = new Map<string, Set<string>>();
  for (const node of nodes) {
    const variants = device.variantsOf(node);
    for (const kernel of lookedUp(node, device.limits, variants)) {
      const known = names.get(kernel) ?? new Set();
      names.set(kernel, known.add(variants[kernel] ?? DEFAULT));
    }
  }
  return { names: Object.fromEntries([...names].map(([kernel, taken]) => [kernel, [...taken].join(' and ')])) };
}

/**
 * The device's own way, then every combination of the variants that these nodes' kernels have and that is dispatched
 * otherwise than those before it.
 */
export function everyVariant(device: Device, nodes: readonly Node[]): CaseVariants[] {
  const own = ownVariants(device, nodes);
  if (!(device instanceof WebGpuDevice)) return [own];
  const { limits } = device;
  const seen = new Set([textOrRefusal(nodes, limits, (node) => device.variantsOf(node))]);
  const ways = combinations(kernelsWithVariants(nodes, limits)).filter(({ variants }) => {
    const text = textOrRefusal(nodes, limits, () => variants);
    return !seen.has(text) && seen.add(text);
  });
  return [own, ...ways];
}

/** Whose variants the nodes ask for: by default, or once another kernel's variant is chosen. */
function kernelsWithVariants(nodes: readonly Node[], limits: KernelLimits): TunedKernel[] {
  const single = Object.entries(VARIANTS).flatMap(([kernel, names]) => names.map((name) => ({ [kernel]: name })));
  const asked = [{}, ...single].flatMap((variants) => nodes.flatMap((node) => lookedUp(node, limits, variants)));
  return (Object.keys(VARIANTS) as TunedKernel[]).filter((kernel) => asked.includes(kernel));
}

/** The kernels whose variants the lowering of a node asks for; with what the limits refuse, those until then. */
function lookedUp(node: Node, limits: KernelLimits, variants: KernelVariants): string[] {
  const asked = new Set<string>();
  const observed = new Proxy(variants, {
    get(target, kernel: string) {
      asked.add(kernel);
      return target[kernel];
    },
  });
  unlessRefused(() => lower(node, limits, observed));
  return [...asked];
}

/** What is refused is a way of its own: the check that compiles it says why. */
function textOrRefusal(...[nodes, limits, variantsOf]: Parameters<typeof dispatchText>): string {
  return unlessRefused(() => dispatchText(nodes, limits, variantsOf)) ?? 'refused';
}

function unlessRefused<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof EngineError && error.code === 'LIMIT_EXCEEDED') return undefined;
    throw error;
  }
}

/** Every choice of one variant or none for each kernel. */
function combinations([kernel, ...rest]: readonly TunedKernel[]): Required<CaseVariants>[] {
  if (kernel === undefined) return [{ names: {}, variants: {} }];
  return combinations(rest).flatMap(({ names, variants }) => [
    { names: { [kernel]: DEFAULT, ...names }, variants },
    ...VARIANTS[kernel].map((name) => ({
      names: { [kernel]: name, ...names },
      variants: { [kernel]: name, ...variants },
    })),
  ]);
}
