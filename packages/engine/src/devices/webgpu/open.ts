import type { KernelVariants } from '../../graph/lowering.js';
import type { Device } from '../device.js';
import { WebGpuDevice } from './device.js';
import { offeredLimits } from './limits.js';

/**
 * `navigator.gpu`, or what the `webgpu` package makes. Said without WebGPU's own declarations: who uses this package need not
 * have them.
 */
export interface GpuSource {
  requestAdapter(options?: { powerPreference?: PowerPreference }): Promise<object | null>;
}

export type PowerPreference = 'low-power' | 'high-performance';

export interface WebGpuOpenOptions {
  readonly powerPreference?: PowerPreference;
  /** `adapter`: everything it offers. `default`: only what every WebGPU implementation grants. */
  readonly limits?: 'adapter' | 'default';
  /** Kernel variants by kernel name, for all shapes. */
  readonly variants?: KernelVariants;
  /**
   * What `tuneDevice` of `@ecgpu/engine/tuning` found on this device, as JSON gives it back. The manifest of another adapter,
   * driver, runtime or engine is not applied, and the device's `tuning` says why; anything else throws FORMAT.
   */
  readonly manifest?: unknown;
  /** False refuses an adapter that is a CPU in disguise. Default: any adapter. */
  readonly software?: boolean;
  /** Called with every promise that waits for a software adapter, so that the host may stay out of its way. */
  readonly waiting?: (promise: Promise<unknown>) => void;
}

/** Opens the best adapter of `gpu`. Throws NO_ADAPTER where there is none, or none but software. */
export async function openWebGpuDevice(gpu: GpuSource, options: WebGpuOpenOptions = {}): Promise<Device> {
  const { powerPreference = 'high-performance', limits = 'adapter', variants = {}, software = true } = options;
  const { manifest, waiting } = options;
  const adapter = (await gpu.requestAdapter({ powerPreference })) as GPUAdapter | null;
  const isSoftware = adapter !== null && isSoftwareAdapter(adapter.info);
  if (adapter === null || (isSoftware && !software)) {
    throw (await import('./no-adapter.js')).noAdapter(adapter && describeAdapter(adapter));
  }
  const tuned =
    manifest === undefined ? undefined : (await import('../../tuning/apply.js')).applyManifest(manifest, adapter.info);
  const features = (['timestamp-query', 'subgroups'] as const).filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({
    label: 'ecgpu',
    ...(limits === 'default' ? {} : { requiredFeatures: features, requiredLimits: offeredLimits(adapter.limits) }),
  });
  return new WebGpuDevice(device, {
    description: describeAdapter(adapter),
    variants: isSoftware ? { ...(await import('./software-variants.js')).SOFTWARE_VARIANTS, ...variants } : variants,
    tuned,
    limits: {
      ...offeredLimits(device.limits),
      subgroupSize: device.features.has('subgroups') ? adapter.info.subgroupMinSize : 0,
    },
    waiting: isSoftware ? waiting : undefined,
  });
}

export function describeAdapter({ info }: GPUAdapter): string {
  return [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' · ');
}

/** Software drivers that stand in for a GPU: right, but slower than the wasm device. */
export function isSoftwareAdapter(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter || /llvmpipe|lavapipe|swiftshader|software|warp/i.test(`${info.device} ${info.description}`)
  );
}
