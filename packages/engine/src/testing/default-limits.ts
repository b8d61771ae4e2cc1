import type { DeviceLimits } from '../graph/lowering.js';

/** What every WebGPU implementation grants: no kernel may need more. */
export const DEFAULT_LIMITS: DeviceLimits = {
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxStorageBuffersPerShaderStage: 8,
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 268_435_456,
  minStorageBufferOffsetAlignment: 256,
};
