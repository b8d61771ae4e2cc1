/// <reference path="../../build/assemblyscript.d.ts" />
import { inspectWasm } from '@ecgpu/engine/node';
import { type Entry, relativeError, timed } from '../measurement/contender.js';

/** Of a turn of the loop: ten vectors of four, multiplied and added. */
const OPERATIONS_A_TURN = 80;

/** The part of WebAssembly's interface that is used here; Node's types have none of it. */
interface WebAssemblyInterface {
  readonly Memory: new (limits: object) => object;
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: unknown } }>;
}

/**
 * As many operations as the others do, with hardly a load and on one thread: with fused multiply-add where the wasm device
 * has it. What the other rows reach of it is what memory, packing and the ends of tiles leave.
 */
export function simdPeak(flops: number): Entry {
  const open = async () => {
    const { variant } = inspectWasm();
    if (variant === null) throw new Error('this runtime has no WebAssembly SIMD');
    const { default: base64 } =
      variant === 'simd'
        ? await import('../simd-peak/index.ts?wasm=simd')
        : await import('../simd-peak/index.ts?wasm=relaxed-simd');
    const { Memory, instantiate } = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;
    const memory = new Memory({ initial: 2, maximum: 65_536, shared: true });
    const { instance } = await instantiate(Buffer.from(base64, 'base64'), { env: { memory } });
    const { multiplyAndAdd } = instance.exports as { multiplyAndAdd(turns: number): number };
    const turns = Math.round(flops / OPERATIONS_A_TURN);
    return {
      error: relativeError([multiplyAndAdd(turns)], [10]),
      sample: (iterations: number) =>
        timed(() => {
          for (let i = 0; i < iterations; i++) multiplyAndAdd(turns);
        }),
      close: () => {},
    };
  };
  return { name: SIMD_PEAK, open, simdThreads: 1 };
}

export const SIMD_PEAK = 'wasm SIMD peak, 1 thread';
