import type { OpName } from '../../ops/op-name.js';
import type { WasmRule } from './lowering.js';

/** The ops that have kernels here; the others run their reference. */
export const wasmRules: Partial<Record<OpName, WasmRule>> = {};
