import type { Attributes } from './node.js';
import type { TensorType } from './shape.js';

/** A place a kernel reads or writes, known to the op only by its role. */
export type BufferRef =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'output'; readonly index: number }
  | { readonly kind: 'scratch'; readonly index: number };

export interface KernelBinding {
  readonly buffer: BufferRef;
  readonly access: 'read' | 'read_write';
}

export const read = (buffer: BufferRef): KernelBinding => ({ buffer, access: 'read' });
export const write = (buffer: BufferRef): KernelBinding => ({ buffer, access: 'read_write' });

/** Values of the `const` prelude: integers become `u32`; fractions are given as `{ f32 }`, signed ones as `{ i32 }`. */
export type KernelConstants = Readonly<
  Record<string, number | boolean | { readonly f32: number } | { readonly i32: number }>
>;

/** A shader and the name it goes by in labels, profiles and error messages. */
export interface Kernel {
  readonly name: string;
  /** A function where pages that only infer on a GPU should not carry the text: variants for CPUs, training. */
  readonly source: string | (() => Promise<string>);
}

export async function sourceOf({ source }: Kernel): Promise<string> {
  return typeof source === 'string' ? source : source();
}

/** One dispatch. Its text depends on `kernel` and `constants` only, so together they are the pipeline's cache key. */
export interface KernelStep {
  readonly kernel: Kernel;
  readonly constants: KernelConstants;
  /** In order of `@binding`. */
  readonly bindings: readonly KernelBinding[];
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** What the kernel needs that not every WebGPU device has, refused with LIMIT_EXCEEDED before a pipeline is made: each has 256 threads and 16 KiB. */
  readonly requires?: { readonly invocations?: number; readonly workgroupBytes?: number };
  /** Floating-point operations of the dispatch, multiply and add counted as two, for profiles. */
  readonly flops?: number;
}

/** Names of variants by the name of the kernels that have them (`tuning/variants.ts` lists both). */
export type KernelVariants = Readonly<Record<string, string>>;

/** What an op sees while it is turned into dispatches for one device. */
export interface Lowering<A extends Attributes = Attributes> {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly attributes: A;
  /** The limits the device was opened with. */
  readonly limits: KernelLimits;
  /** Kernel variants chosen by measurement, by kernel name; an op falls back to its safe default. */
  readonly variants: KernelVariants;
  input(index: number): BufferRef;
  output(index: number): BufferRef;
  /** Memory of `length` 32-bit elements that only this node's dispatches see. */
  scratch(length: number): BufferRef;
}

/** By WebGPU's names. */
export interface DeviceLimits {
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly minStorageBufferOffsetAlignment: number;
}

export interface KernelLimits extends DeviceLimits {
  /** Threads that every subgroup has room for; 0 or left out where kernels have no subgroups. */
  readonly subgroupSize?: number | undefined;
}

/** Workgroups along one side of a dispatch that every WebGPU implementation grants. */
const LONGEST_SIDE = 65_535;

/**
 * Spreads `count` workgroups over a grid whose sides stay within 65,535. The kernel finds its number as
 * `workgroup_id.x + workgroup_id.y * num_workgroups.x` and leaves when it is past the end.
 */
export function grid(count: number): readonly [number, number, number] {
  if (count <= LONGEST_SIDE) return [Math.max(1, count), 1, 1];
  const rows = Math.ceil(count / LONGEST_SIDE);
  return [Math.ceil(count / rows), rows, 1];
}
