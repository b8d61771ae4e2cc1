/**
 * The part of the WebAssembly JavaScript interface that the device uses. Written out because the engine is compiled
 * without the DOM's types, and Node's have none for it.
 */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

export type WasmFunction = (...parameters: number[]) => number;

export interface WasmTable {
  readonly length: number;
  grow(count: number, value: unknown): number;
}

/** A compiled module; it may be sent to another thread. */
export type WasmModule = object;

interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: Record<string, unknown> };
  compile(bytes: Uint8Array): Promise<WasmModule>;
  validate(bytes: Uint8Array): boolean;
}

/** Undefined where the runtime has no WebAssembly at all. */
export const webAssembly = (globalThis as unknown as { WebAssembly?: WebAssemblyInterface }).WebAssembly;
