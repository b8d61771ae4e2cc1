import { EngineError } from '../../errors.js';

/** Why no device is opened: there is no adapter, or none but this software one. */
export function noAdapter(software: string | null): EngineError {
  return software === null
    ? new EngineError('NO_ADAPTER', 'no WebGPU adapter was found', {
        where: 'openDevice',
        fix: 'Install a Vulkan driver (Mesa ≥ 24 has a software one, lavapipe), or use the wasm device.',
      })
    : new EngineError('NO_ADAPTER', `${software} is no GPU but software`, {
        where: 'openDevice',
        fix: "Ask for it with kind: 'webgpu', or install the GPU's own Vulkan driver.",
      });
}
