import type { DeviceLimits } from '../../graph/lowering.js';

const NAMES = [
  'maxComputeWorkgroupsPerDimension',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'minStorageBufferOffsetAlignment',
] as const satisfies readonly (keyof DeviceLimits)[];

/** Of all limits of an adapter or a device those that kernels may come up against. */
export const offeredLimits = (limits: GPUSupportedLimits): Record<keyof DeviceLimits, number> =>
  Object.fromEntries(NAMES.map((name) => [name, limits[name]])) as Record<(typeof NAMES)[number], number>;
