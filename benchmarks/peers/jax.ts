import * as jax from '@jax-js/jax';
import { browserGpu } from './webgpu-globals.js';

export type JaxBackend = 'webgpu' | 'wasm';

/** Its threads need a browser's Worker, which Node does not have. */
export const JAX_NAMES: Readonly<Record<JaxBackend, string>> = {
  webgpu: 'jax-js webgpu',
  wasm: 'jax-js wasm, 1 thread',
};

/** Makes a backend ready and the one that new arrays lie on. Throws where it is not there. */
export async function openJax(backend: JaxBackend): Promise<void> {
  await browserGpu();
  const devices = await jax.init(backend);
  if (!devices.includes(backend)) throw new Error(`jax-js has no ${backend} here`);
  jax.defaultDevice(backend);
}
