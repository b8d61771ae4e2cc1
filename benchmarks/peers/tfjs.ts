import * as tf from '@tensorflow/tfjs-core';
// Its entry for Node leaves the gradients out; tfjs keeps its registries on globalThis, so a copy fills the same ones.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { browserGpu } from './webgpu-globals.js';

export type TfjsBackend = 'webgpu' | 'wasm';

/** In Node tfjs's wasm backend has one thread (tensorflow/tfjs#3830). */
export const TFJS_NAMES: Readonly<Record<TfjsBackend, string>> = { webgpu: 'tfjs webgpu', wasm: 'tfjs wasm, 1 thread' };

const ready = new Map<TfjsBackend, Promise<void>>();

/** Makes a backend ready, once a process. */
export function openTfjs(name: TfjsBackend): Promise<void> {
  const known = ready.get(name) ?? (name === 'webgpu' ? openWebGpu() : openWasm());
  ready.set(name, known);
  return known;
}

async function openWebGpu(): Promise<void> {
  const gpu = await browserGpu();
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no WebGPU adapter');
  // The limits that tfjs's own registration asks for; it cannot be used, because Node has no `window`.
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  });
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  await tf.setBackend('webgpu');
}

async function openWasm(): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
}

/** Runs `work` on the backend; what it makes is disposed, what it returns is read back. */
export async function onTfjs(backend: TfjsBackend, work: () => tf.Tensor): Promise<Float32Array> {
  await tf.setBackend(backend);
  const result = tf.tidy(work);
  const values = await result.data<'float32'>();
  result.dispose();
  return values;
}
