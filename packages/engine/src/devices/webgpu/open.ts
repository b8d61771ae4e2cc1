import { EngineError } from '../../errors.js';
import { DEFAULT_LIMITS, type KernelLimits } from '../../graph/lowering.js';
import { WebGpuDevice } from './device.js';

export interface WebGpuOpenOptions {
  readonly powerPreference?: GPUPowerPreference;
  /** `adapter`: everything it offers. `default`: only what every WebGPU implementation grants. */
  readonly limits?: 'adapter' | 'default';
  /** Kernel variants chosen by measurement, by kernel name. */
  readonly variants?: Readonly<Record<string, string>>;
}

/** Opens the best adapter of `gpu`. Throws NO_ADAPTER where there is none. */
export async function openWebGpuDevice(gpu: GPU, options: WebGpuOpenOptions = {}): Promise<WebGpuDevice> {
  const { powerPreference = 'high-performance', limits = 'adapter', variants = {} } = options;
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (adapter === null) {
    throw new EngineError('NO_ADAPTER', 'no WebGPU adapter was found', {
      where: 'openDevice',
      fix: 'Install a Vulkan driver (Mesa ≥ 24 has a software one, lavapipe), or use the cpu device.',
    });
  }
  const features: GPUFeatureName[] = adapter.features.has('timestamp-query') ? ['timestamp-query'] : [];
  const device = await adapter.requestDevice({
    label: 'ecgpu',
    requiredFeatures: limits === 'default' ? [] : features,
    requiredLimits: limits === 'default' ? {} : offered(adapter.limits),
  });
  return new WebGpuDevice(device, { description: describeAdapter(adapter), variants });
}

function offered(limits: GPUSupportedLimits): Record<string, number> {
  return Object.fromEntries(
    (Object.keys(DEFAULT_LIMITS) as (keyof KernelLimits)[]).map((name) => [name, limits[name]]),
  );
}

export function describeAdapter({ info }: GPUAdapter): string {
  return [info.vendor, info.architecture, info.device, info.description].filter((part) => part !== '').join(' · ');
}
