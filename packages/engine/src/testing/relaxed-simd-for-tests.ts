import { setFlagsFromString } from 'node:v8';
import { bestVariant } from '../devices/wasm/binary.js';

/**
 * Gives this process relaxed SIMD where V8 has it behind a flag (Node 20); without one it is on from Node 22. Wasm
 * devices opened without a variant take it from then on.
 */
export function needRelaxedSimd(): void {
  if (bestVariant() === 'relaxed-simd') return;
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (bestVariant() !== 'relaxed-simd') throw new Error('this runtime has no relaxed SIMD, not even behind a flag');
}
