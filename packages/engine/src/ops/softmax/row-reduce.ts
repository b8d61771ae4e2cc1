import { isNanSource } from '../activation/activation.js';
import rowReduceWgsl from './row-reduce.wgsl';

/** `row_max` and `row_sum` over the threads that share a row, and what `isNanSource` has, to be put before a kernel that uses them. */
export const rowReduceSource: string = isNanSource + rowReduceWgsl;

/** Bytes of a workgroup's memory that it takes, for 64 threads. */
export const ROW_REDUCE_BYTES = 64 * 4;

/**
 * How rows of `length` are spread over workgroups. Short rows, as the scores of a few classes are, get a thread each;
 * longer ones up to a whole workgroup, about eight elements a thread.
 */
export function rowLayout(rows: number, length: number): { LANES: number; workgroups: number } {
  let LANES = 1;
  while (LANES < 64 && LANES * 8 < length) LANES *= 2;
  return { LANES, workgroups: Math.ceil((rows * LANES) / 64) };
}
