/// <reference path="../../../../../build/assemblyscript.d.ts" />
import { EngineError } from '../../errors.js';
import { type WasmModule, webAssembly } from './webassembly.js';

/** `relaxed-simd` has the fused multiply-add: one rounding and one instruction where plain SIMD has two. */
export type WasmVariant = 'simd' | 'relaxed-simd';

const MAGIC = [0, 97, 115, 109, 1, 0, 0, 0];
/** One function type () → (), one function of it, an empty export list's place left out. */
const ONE_FUNCTION = [1, 4, 1, 96, 0, 0, 3, 2, 1, 0];
/** Body: `v128.const 0` as often as `operands` says, the SIMD instruction with this LEB128 opcode, drop. */
function probe(operands: number, opcode: readonly number[]): Uint8Array {
  const zero = [253, 12, ...new Array<number>(16).fill(0)];
  const body = [0, ...new Array<number[]>(operands).fill(zero).flat(), 253, ...opcode, 26, 11];
  return Uint8Array.from([...MAGIC, ...ONE_FUNCTION, 10, body.length + 2, 1, body.length, ...body]);
}
const F32X4_ADD = probe(2, [228, 1]);
const F32X4_RELAXED_MADD = probe(3, [133, 2]);

/** What this runtime can run best, or undefined where it has no SIMD. */
export function bestVariant(): WasmVariant | undefined {
  if (webAssembly?.validate(F32X4_RELAXED_MADD)) return 'relaxed-simd';
  return webAssembly?.validate(F32X4_ADD) ? 'simd' : undefined;
}

/** Loads and compiles the kernels. Throws NO_WASM where the runtime cannot run them. */
export async function compileKernels(variant: WasmVariant): Promise<WasmModule> {
  const { default: base64 } =
    variant === 'simd'
      ? await import('./assembly/index.ts?wasm=simd')
      : await import('./assembly/index.ts?wasm=relaxed-simd');
  const text = atob(base64);
  try {
    return await webAssembly!.compile(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  } catch (cause) {
    throw new EngineError('NO_WASM', `the ${variant} kernels do not compile here`, {
      where: 'openWasmDevice',
      fix: 'Use a runtime with WebAssembly SIMD and threads (Node ≥ 20, any browser since 2023), or the cpu device.',
      cause,
    });
  }
}
