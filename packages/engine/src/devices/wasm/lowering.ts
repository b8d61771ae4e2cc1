import type { BufferRef } from '../../graph/lowering.js';
import type { Attributes } from '../../graph/node.js';
import type { TensorType } from '../../graph/shape.js';

/** What a kernel is given, in the order of its parameter class's fields: addresses, integers, and `{ f32 }` numbers. */
export type WasmParameter = BufferRef | number | { readonly f32: number } | undefined;

/** One call of a kernel, made by every thread (each does its share) unless `solo`. */
export interface WasmStep {
  /** The kernel's exported name. */
  readonly kernel: string;
  /** An absent tensor (undefined) is address 0. */
  readonly parameters: readonly WasmParameter[];
  /** Run by the first thread alone: too little work to share, or a sum that is one chain. */
  readonly solo?: boolean;
  /** Floating-point operations, multiply and add counted as two, for profiles. */
  readonly flops?: number;
}

/** What an op sees while it is turned into kernel calls. */
export interface WasmLowering<A extends Attributes = Attributes> {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly attributes: A;
  readonly threads: number;
  input(index: number): BufferRef;
  output(index: number): BufferRef;
  /** Memory of `length` 32-bit elements that only this node's kernels see. */
  scratch(length: number): BufferRef;
}

/** The kernel calls of one op, or undefined where it has none for these shapes: then the reference runs. */
export type WasmRule = (lowering: WasmLowering) => readonly WasmStep[] | undefined;

/** Lets a rule with typed attributes stand in the table of all rules. */
export function wasmRule<A extends object>(
  rule: (lowering: WasmLowering<A>) => readonly WasmStep[] | undefined,
): WasmRule {
  return rule as WasmRule;
}

/** Elements of a simple pass over memory that one thread finishes before the others would have woken up. */
const WORTH_SHARING = 16_384;

export const tooSmallToShare = (elements: number): boolean => elements < WORTH_SHARING;
