import { offeredLimits } from './devices/webgpu/limits.js';
import { describeAdapter, isSoftwareAdapter } from './devices/webgpu/open.js';
import { nodeGpu } from './node-gpu.js';

export interface AdapterReport {
  readonly description: string;
  /** A CPU pretending to be a GPU: right, but slow. */
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** Every adapter that Dawn offers, the one `openDevice` takes first. Throws NO_WEBGPU_PACKAGE. */
export async function inspectAdapters(): Promise<AdapterReport[]> {
  const gpu = await nodeGpu();
  const reports = new Map<string, AdapterReport>();
  for (const powerPreference of ['high-performance', 'low-power'] as const) {
    const adapter = (await gpu.requestAdapter({ powerPreference })) as GPUAdapter | null;
    if (adapter === null) continue;
    const report = reportAdapter(adapter);
    reports.set(report.description, report);
  }
  return [...reports.values()];
}

function reportAdapter(adapter: GPUAdapter): AdapterReport {
  const description = describeAdapter(adapter);
  return {
    description,
    software: isSoftwareAdapter(adapter.info),
    features: [...adapter.features].sort(),
    limits: offeredLimits(adapter.limits),
  };
}
