export { gradientsOf } from './autodiff/gradients.js';
export type { KernelProfile, ProgramStats } from './compile/executable.js';
export { type InputValues, Program, type ScalarValues } from './compile/program.js';
export type { CompileOptions, Device, DeviceKind, DeviceStats, TuningState } from './devices/device.js';
export {
  type GpuSource,
  openWebGpuDevice,
  type PowerPreference,
  type WebGpuOpenOptions,
} from './devices/webgpu/open.js';
export { EngineError, type EngineErrorCode, type EngineErrorDetails } from './errors.js';
export {
  readSafetensors,
  type Safetensors,
  type SafetensorsDtype,
  type SafetensorsTensor,
  writeSafetensors,
} from './formats/safetensors.js';
export type { KernelVariants } from './graph/lowering.js';
export { type DType, elements, f32, i32, type Shape, sameShape, type TensorType, u32 } from './graph/shape.js';
export type { Storage, TensorData } from './graph/storage.js';
export type { Tensor } from './graph/tensor.js';
export { type InputSpec, type Outputs, scalar, type TracedInputs } from './graph/trace.js';
export { type Initialiser, initialise, type ParameterDefinition, type ParameterDefinitions } from './nn/init.js';
export { Parameters, type ParameterValue, type ParameterValues } from './nn/parameters.js';
export { type OpenOptions, openDevice } from './open-device.js';
export * from './ops/index.js';
export type { UnaryFunction } from './ops/unary/unary.js';
export { globalNorm, gradients } from './optim/gradients.js';
export { type AdamwOptions, adamw, averageOf, averageParameters, type SgdOptions, sgd } from './optim/optimisers.js';
export { type Schedule, warmupCosine } from './optim/schedules.js';
export { type ProfileTrackOptions, profileTrack } from './profile-track.js';
export { RandomGenerator } from './random/generator.js';
export { VERSION } from './version.js';
