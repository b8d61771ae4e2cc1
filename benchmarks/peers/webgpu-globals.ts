import { nodeGpu } from '@ecgpu/engine/node';
import { globals } from 'webgpu';

let made: Promise<GPU> | undefined;

/** Gives libraries written for pages what they look for: `navigator.gpu` (the same Dawn as ours) and WebGPU's constants. */
export function browserGpu(): Promise<GPU> {
  made ??= nodeGpu().then((source) => {
    const gpu = source as GPU;
    Object.assign(globalThis, globals);
    const navigator = { gpu, userAgent: `Node.js ${process.version}`, hardwareConcurrency: 1 };
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
    return gpu;
  });
  return made;
}
