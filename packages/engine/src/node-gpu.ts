import type { GpuSource } from './devices/webgpu/open.js';
import { EngineError } from './errors.js';

/**
 * Dawn's instance dies with the wrapper that `create()` returns and takes live devices along, so it is made once a
 * process and kept.
 */
let dawn: Promise<GpuSource> | undefined;

/** WebGPU in Node, through the optional `webgpu` package. Throws NO_WEBGPU_PACKAGE where it cannot be loaded. */
export function nodeGpu(): Promise<GpuSource> {
  dawn ??= import('webgpu').then(
    ({ create }) => create([]),
    (cause: unknown) => {
      dawn = undefined;
      throw new EngineError('NO_WEBGPU_PACKAGE', 'the package `webgpu` could not be loaded', {
        where: 'openDevice',
        fix: 'npm install webgpu (Linux x64/arm64 with glibc ≥ 2.34, macOS or Windows), or use the wasm device.',
        cause,
      });
    },
  );
  return dawn;
}
